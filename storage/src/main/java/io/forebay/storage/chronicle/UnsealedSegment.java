package io.forebay.storage.chronicle;

import io.forebay.storage.Position;
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
    private Counts read = new Counts(0, 0, 0);
    private Counts sound = read;

    /** @param usedBytes how much of the file the records take */
    record Counts(long records, long messages, long usedBytes) {}

    /** Records that cannot be read, and what was counted before them. */
    private record Gap(Counts before, long from, long to) {}

    private UnsealedSegment(int number, Losses losses) {
        this.number = number;
        this.losses = losses;
    }

    static Counts read(int number, SegmentReader reader, Losses losses) throws IOException {
        UnsealedSegment segment = new UnsealedSegment(number, losses);
        while (reader.next()) {
            segment.onRecord(reader.record(), reader.recordEnd());
        }
        return segment.sound;
    }

    private void onRecord(RecordView record, long recordEnd) {
        long index = record.index();
        if (index > read.records()) {
            inDoubt.add(new Gap(read, read.records(), index));
        }
        while (!inDoubt.isEmpty() && Position.of(number, inDoubt.getFirst().from()) < record.syncedBefore()) {
            Gap lost = inDoubt.removeFirst();
            losses.lost(number, lost.from(), lost.to());
        }
        boolean message = record.kind() == RecordKind.MESSAGE;
        read = new Counts(index + 1, read.messages() + (message ? 1 : 0), recordEnd);
        sound = inDoubt.isEmpty() ? read : inDoubt.getFirst().before();
    }
}
