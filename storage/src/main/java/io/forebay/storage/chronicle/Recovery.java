package io.forebay.storage.chronicle;

import io.forebay.storage.Position;
import io.forebay.storage.ProbableLanes;
import io.forebay.storage.chronicle.SegmentReader.Losses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** @param settled everything before it was settled, so that it may have been deleted */
    Recovered run(long nowMs, long settled) throws IOException {
        segments.forgotten().read();
        int[] numbers = segments.numbersOnDisk();
        for (int i = 0; i < numbers.length; i++) {
            find(numbers[i], Arrays.copyOfRange(numbers, i + 1, numbers.length), settled);
        }
        List<Segment> found = new ArrayList<>();
        segments.all().forEach(found::add);
        int snapshotSegment = replay(found);
        sessions.replayed(nowMs);
        long end =
                found.isEmpty() ? Position.START : found.get(found.size() - 1).end();
        return new Recovered(end, snapshotSegment, numbers.length == 0 ? 0 : numbers[numbers.length - 1]);
    }

    private void find(int number, int[] later, long settled) throws IOException {
        Path directory = segments.directoryOf(number);
        Path data = ChronicleFiles.data(directory);
        KeyNote.check(number, directory, segments.cipher().keys());
        Optional<Segment> sealed = Segment.readSeal(directory, number);
        if (Files.notExists(data)) {
            deleteEmpty(number, directory, sealed, settled);
            return;
        }
        Optional<Segment> segment = sealed.isPresent()
                ? sealed
                : new SegmentRepair(segments, number, losses).repair(validEnd(segments, number, later));
        if (segment.isPresent()) {
            segments.add(segment.get());
            segments.addBytes(Files.size(data));
        }
    }

    private void deleteEmpty(int number, Path directory, Optional<Segment> sealed, long settled) throws IOException {
        if (sealed.isPresent()
                && sealed.get().end() > settled
                && !segments.forgotten().contains(number)) {
            losses.lost(number, 0, sealed.get().records(), ProbableLanes.NONE);
        } else {
            LOG.info("A segment that holds nothing is deleted [segment={}]", number);
        }
        SyncedFiles.deleteDirectory(directory);
    }

    /**
     * Where the records of a segment end for sure, because a later one tells: its first record names the durable end of
     * that time, and what lies between had failed.
     *
     * @return a count of records, or {@link SegmentRepair#UNKNOWN}
     */
    static long validEnd(Segments segments, int number, int[] later) throws IOException {
        for (int next : later) {
            if (Files.notExists(ChronicleFiles.data(segments.directoryOf(next)))) {
                continue;
            }
            try (SegmentReader reader = segments.reader(next)) {
                if (reader.next() && reader.record().index() == 0) {
                    long end = reader.record().syncedBefore();
                    int segment = Position.segment(end);
                    return segment == number ? Position.index(end) : segment < number ? 0 : SegmentRepair.UNKNOWN;
                }
            }
        }
        return SegmentRepair.UNKNOWN;
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
        try (SegmentReader reader = segments.reader(segment.number())) {
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
        Losses alsoForget = (number, from, to, lanes) -> {
            losses.lost(number, from, to, lanes);
            sessions.forgetPacketIds();
        };
        try (SegmentReader reader = segments.reader(segment.number())) {
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
