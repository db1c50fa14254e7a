package io.forebay.storage.chronicle;

import io.forebay.storage.Position;
import io.forebay.storage.ProbableLanes;
import io.forebay.storage.chronicle.SegmentReader.Losses;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Finds the end of a segment whose process died. Owned by the thread that opens the log.
 *
 * <p>The first record that cannot be read is the end, unless a later one proves that it was synced once: then it is a
 * loss to report, not a tail that was never promised to anybody.
 */
final class UnsealedSegment {
    private final int number;
    private final Losses losses;
    private final Deque<Gap> inDoubt = new ArrayDeque<>();
    private Counts read = new Counts(0, 0, 0, 0);
    private Counts sound = read;

    /**
     * @param usedBytes how much of the file the records take
     * @param provenBytes how much of it was synced for sure
     */
    record Counts(long records, long messages, long usedBytes, long provenBytes) {}

    /** Records that cannot be read, and what was counted before them. */
    private record Gap(Counts before, long from, long to, ProbableLanes lanes) {}

    private UnsealedSegment(int number, Losses losses) {
        this.number = number;
        this.losses = losses;
    }

    /** @param validEnd how many records it holds, if that is known: then all of them were safe once */
    static Counts read(int number, SegmentReader reader, Losses losses, long validEnd) throws IOException {
        UnsealedSegment segment = new UnsealedSegment(number, losses);
        while (reader.next() && reader.record().index() < validEnd) {
            segment.onRecord(reader);
        }
        if (validEnd != SegmentRepair.UNKNOWN) {
            segment.endAt(validEnd, reader);
        }
        return segment.sound;
    }

    private void endAt(long records, SegmentReader reader) throws IOException {
        inDoubt.forEach(this::lost);
        if (read.records() < records) {
            losses.lost(number, read.records(), records, reader.passedOver(read.records(), records));
        }
        sound = new Counts(records, read.messages(), read.usedBytes(), read.usedBytes());
    }

    private void lost(Gap gap) {
        losses.lost(number, gap.from(), gap.to(), gap.lanes());
    }

    private void onRecord(SegmentReader reader) throws IOException {
        RecordView record = reader.record();
        long index = record.index();
        if (index > read.records()) {
            inDoubt.add(new Gap(read, read.records(), index, reader.passedOver(read.records(), index)));
        }
        while (!inDoubt.isEmpty() && Position.of(number, inDoubt.getFirst().from()) < record.syncedBefore()) {
            lost(inDoubt.removeFirst());
        }
        boolean message = record.kind() == RecordKind.MESSAGE;
        // The first record after a sync tells of it: all before was covered.
        long proven = record.syncedBefore() == record.position() ? read.usedBytes() : read.provenBytes();
        read = new Counts(index + 1, read.messages() + (message ? 1 : 0), reader.recordEnd(), proven);
        sound = inDoubt.isEmpty() ? read : inDoubt.getFirst().before();
    }
}
