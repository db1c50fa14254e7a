package io.forebay.storage.chronicle;

import io.forebay.storage.Position;
import io.forebay.storage.chronicle.SegmentReader.Losses;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out at a start what the segments hold. Owned by the thread that opens the log.
 *
 * <p>Only the last segment is read, and those that a dead process left without a seal: each segment begins with a
 * snapshot of the sessions, so that the start takes as long with a backlog of a thousand segments as with one.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final int TAIL_BYTES = 128 << 10;

    private final Segments segments;
    private final Sessions sessions;
    private final Losses losses;

    /**
     * @param end the position after the last record
     * @param snapshotSegment the newest segment with a complete snapshot, 0 if there is none
     * @param lastNumber the greatest segment number that was ever used here
     */
    record Recovered(long end, int snapshotSegment, int lastNumber) {}

    Recovery(Segments segments, Sessions sessions, Losses losses) {
        this.segments = segments;
        this.sessions = sessions;
        this.losses = losses;
    }

    Recovered run(long nowMs) throws IOException {
        int lastNumber = 0;
        for (int number : segments.numbersOnDisk()) {
            lastNumber = number;
            find(number, segments.directoryOf(number));
        }
        List<Segment> found = new ArrayList<>();
        segments.all().forEach(found::add);
        int snapshotSegment = replay(found);
        sessions.replayed(nowMs);
        long end =
                found.isEmpty() ? Position.START : found.get(found.size() - 1).end();
        return new Recovered(end, snapshotSegment, lastNumber);
    }

    private void find(int number, Path directory) throws IOException {
        Path data = ChronicleFiles.data(directory);
        if (Files.notExists(data)) {
            LOG.info("A segment that was never used is deleted [segment={}]", number);
            SyncedFiles.deleteDirectory(directory);
            return;
        }
        Optional<Segment> sealed = Segment.readSeal(directory, number);
        Optional<Segment> segment = sealed.isPresent() ? sealed : readUnsealed(number, directory);
        if (segment.isPresent()) {
            segments.add(segment.get());
            segments.addBytes(Files.size(data));
        }
    }

    private Optional<Segment> readUnsealed(int number, Path directory) throws IOException {
        UnsealedSegment.Counts counts;
        try (SegmentReader reader = new SegmentReader(number, directory, segments.offsets())) {
            counts = UnsealedSegment.read(number, reader, losses);
        }
        if (counts.records() == 0) {
            LOG.info("A segment without a record is deleted [segment={}]", number);
            SyncedFiles.deleteDirectory(directory);
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(ChronicleFiles.data(directory), StandardOpenOption.WRITE)) {
            // What a killed process appended and never synced is read from memory now, and is promised from now on.
            if (counts.usedBytes() + TAIL_BYTES < channel.size()) {
                channel.truncate(counts.usedBytes() + TAIL_BYTES);
            }
            channel.force(true);
        }
        Segment segment = new Segment(number, directory, counts.records(), counts.messages());
        segment.writeSeal();
        LOG.info(
                "A segment was left by a process that did not close it [segment={}, records={}]",
                number,
                counts.records());
        return Optional.of(segment);
    }

    /** @return the segment whose snapshot was the start, 0 if there is none */
    private int replay(List<Segment> found) throws IOException {
        int base = found.size() - 1;
        while (base >= 0 && !hasSnapshot(found.get(base))) {
            base--;
        }
        if (base < 0 && !found.isEmpty()) {
            LOG.error("No segment holds a complete snapshot: what is known of sessions may be incomplete");
        }
        for (int i = Math.max(base, 0); i < found.size(); i++) {
            replay(found.get(i), i == base);
        }
        return base < 0 ? 0 : found.get(base).number();
    }

    private boolean hasSnapshot(Segment segment) throws IOException {
        try (SegmentReader reader = new SegmentReader(segment.number(), segment.directory(), segments.offsets())) {
            int chunks = 1;
            for (int i = 0; i < chunks; i++) {
                RecordView record = reader.record();
                if (!reader.next()
                        || record.index() != i
                        || i >= segment.records()
                        || record.kind() != RecordKind.SNAPSHOT
                        || SnapshotCodec.chunk(record) != i) {
                    return false;
                }
                chunks = SnapshotCodec.chunks(record);
            }
            return true;
        }
    }

    private void replay(Segment segment, boolean withSnapshot) throws IOException {
        Losses alsoForget = (number, from, to) -> {
            losses.lost(number, from, to);
            sessions.forgetPacketIds();
        };
        try (SegmentReader reader = new SegmentReader(segment.number(), segment.directory(), segments.offsets())) {
            long index = 0;
            while (index < segment.records()) {
                long found = reader.readAtOrAfter(index, segment.records(), alsoForget);
                if (found < 0) {
                    return;
                }
                if (withSnapshot || reader.record().kind() != RecordKind.SNAPSHOT) {
                    sessions.replay(reader.record());
                }
                index = found + 1;
            }
        }
    }
}
