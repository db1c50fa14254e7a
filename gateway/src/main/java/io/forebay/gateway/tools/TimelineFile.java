package io.forebay.gateway.tools;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The samples of a {@link Timeline} on disk, so that it is known after a restart, and of a stopped gateway, when a message was
 * settled. Not synced: a power cut may cost the last of them. Written by one thread at a time.
 *
 * <p>{@code data-dir/timeline} and, before it, {@code timeline.old}; a sample: i64 at ms, i64 durable end, i64 settled before,
 * u32 CRC32C of these. What is not whole is passed over.
 */
final class TimelineFile {
    private static final Logger LOG = LoggerFactory.getLogger(TimelineFile.class);
    private static final int SAMPLE_BYTES = 28;

    private final Path newer;
    private final Path older;
    private final int samplesMax;
    private boolean failing;

    /** @param samplesMax how many both files hold together; beyond, the older half goes */
    TimelineFile(Path dataDir, int samplesMax) {
        this.newer = dataDir.resolve("timeline");
        this.older = dataDir.resolve("timeline.old");
        this.samplesMax = samplesMax;
    }

    /** The oldest first; those behind {@code logEnd} are of another log. */
    List<Timeline.Sample> read(long logEnd) {
        List<Timeline.Sample> samples = new ArrayList<>();
        for (Path file : List.of(older, newer)) {
            try {
                read(Files.readAllBytes(file), logEnd, samples);
            } catch (NoSuchFileException none) {
                // So it is at first.
            } catch (IOException cause) {
                LOG.warn("Earlier samples of the timeline cannot be read [file={}, cause={}]", file, cause.toString());
            }
        }
        return samples;
    }

    private static void read(byte[] all, long logEnd, List<Timeline.Sample> samples) {
        ByteBuffer bytes = ByteBuffer.wrap(all);
        while (bytes.remaining() >= SAMPLE_BYTES) {
            int crc = crc(all, bytes.position());
            Timeline.Sample sample = new Timeline.Sample(bytes.getLong(), bytes.getLong(), bytes.getLong());
            if (bytes.getInt() == crc && sample.durableEnd() <= logEnd) {
                samples.add(sample);
            }
        }
    }

    private static int crc(byte[] bytes, int from) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, SAMPLE_BYTES - Integer.BYTES);
        return (int) crc.getValue();
    }

    /** Blocks. What cannot be written is missing after a restart, which is said once. */
    void append(Timeline.Sample sample) {
        try {
            long size = Files.exists(newer) ? Files.size(newer) : 0;
            boolean torn = size % SAMPLE_BYTES != 0;
            if (torn || size >= (long) Math.max(1, samplesMax / 2) * SAMPLE_BYTES) {
                Files.move(newer, older, StandardCopyOption.REPLACE_EXISTING);
            }
            ByteBuffer bytes = ByteBuffer.allocate(SAMPLE_BYTES);
            bytes.putLong(sample.atMs()).putLong(sample.durableEnd()).putLong(sample.settledBefore());
            bytes.putInt(crc(bytes.array(), 0));
            Files.write(newer, bytes.array(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            failing = false;
        } catch (IOException cause) {
            if (!failing) {
                LOG.warn("When messages are settled is not written down now [cause={}]", cause.toString());
            }
            failing = true;
        }
    }
}
