package io.forebay.storage.chronicle;

import io.forebay.storage.chronicle.SegmentReader.Losses;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes a segment whose process died or gave it up: finds its end, makes what it holds durable, seals it. Owned by the
 * thread that opens the log.
 */
final class SegmentRepair {
    /** Nothing tells where the records end: the file itself has to. */
    static final long UNKNOWN = Long.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(SegmentRepair.class);
    private static final int TAIL_BYTES = 128 << 10;
    private static final int COPIED_AT_ONCE = 256 << 10;
    private static final String ASIDE = ".unreadable";
    /** Of what cannot be read so much is kept for somebody to look at. */
    private static final int ASIDE_MAX = 8;

    private final Segments segments;
    private final int number;
    private final Path directory;
    private final Losses losses;

    SegmentRepair(Segments segments, int number, Losses losses) {
        this.segments = segments;
        this.number = number;
        this.directory = segments.directoryOf(number);
        this.losses = losses;
    }

    /** @return empty if there is nothing in it */
    Optional<Segment> repair(long validEnd) throws IOException {
        UnsealedSegment.Counts counts;
        try (SegmentReader reader = segments.reader(number)) {
            counts = UnsealedSegment.read(number, reader, losses, validEnd);
            if (counts.records() == 0 && validEnd == UNKNOWN && reader.isWrittenTo()) {
                setAside();
                return Optional.empty();
            }
        }
        if (counts.records() == 0) {
            LOG.info("A segment without a valid record is deleted [segment={}]", number);
            SyncedFiles.deleteDirectory(directory);
            return Optional.empty();
        }
        makeDurable(counts);
        Segment segment = new Segment(number, directory, counts.records(), counts.messages());
        segment.writeSeal(segments.disk());
        LOG.info(
                "A segment was left by a process that did not close it [segment={}, records={}]",
                number,
                counts.records());
        return Optional.of(segment);
    }

    /**
     * What a killed process appended and never synced is read from memory now, and is promised from now on. If it had met a
     * sync that failed, that memory is clean to the operating system though it is not on the disk: it is written once more.
     */
    private void makeDurable(UnsealedSegment.Counts counts) throws IOException {
        Path data = ChronicleFiles.data(directory);
        Disk disk = segments.disk();
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate(COPIED_AT_ONCE);
            for (long at = counts.provenBytes(); at < counts.usedBytes(); at += bytes.limit()) {
                bytes.clear().limit((int) Math.min(COPIED_AT_ONCE, counts.usedBytes() - at));
                while (bytes.hasRemaining() && disk.read(channel, bytes, at + bytes.position()) > 0) {
                    // Until it is full.
                }
                disk.write(data, channel, bytes.flip(), at);
            }
            if (counts.usedBytes() + TAIL_BYTES < channel.size()) {
                channel.truncate(counts.usedBytes() + TAIL_BYTES);
            }
            disk.forceAll(data, channel);
        }
    }

    /** Its first records may never have been synced, or it is damaged, or another file: nobody can tell. */
    private void setAside() throws IOException {
        long kept;
        try (Stream<Path> names = Files.list(segments.directory())) {
            kept = names.filter(name -> name.toString().endsWith(ASIDE)).count();
        }
        if (kept >= ASIDE_MAX) {
            LOG.error(
                    "No record of a segment can be read; it is deleted, {} of the kind are kept [segment={}]",
                    kept,
                    number);
            SyncedFiles.deleteDirectory(directory);
            return;
        }
        Path aside = directory.resolveSibling(directory.getFileName() + ASIDE);
        LOG.error(
                "No record of a segment can be read: if it was never synced, nothing is lost, else all of it; it is put aside "
                        + "[segment={}, directory={}]",
                number,
                aside);
        Files.move(directory, aside);
    }
}
