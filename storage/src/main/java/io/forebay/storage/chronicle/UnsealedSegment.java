package io.forebay.storage.chronicle;

import io.forebay.storage.Position;
import io.forebay.storage.chronicle.SegmentReader.Found;
import io.forebay.storage.chronicle.SegmentReader.Losses;
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
    private final SegmentReader reader;
    private final Losses losses;
    private final Deque<Gap> inDoubt = new ArrayDeque<>();
    private boolean inGap;
    private Counts read = new Counts(0, 0, 0);
    private Counts sound = read;

    /** @param usedBytes how much of the file the records take */
    record Counts(long records, long messages, long usedBytes) {}

    /** Records that cannot be read, and what was counted before them. */
    private record Gap(Counts before, long from, long to) {}

    private UnsealedSegment(int number, SegmentReader reader, Losses losses) {
        this.number = number;
        this.reader = reader;
        this.losses = losses;
    }

    static Counts read(int number, SegmentReader reader, Losses losses) {
        UnsealedSegment segment = new UnsealedSegment(number, reader, losses);
        segment.readAll();
        return segment.sound;
    }

    private void readAll() {
        long limit = reader.indexLimit();
        long index = 0;
        while (index < limit) {
            Found found = reader.read(index);
            if (found == Found.RECORD) {
                onRecord(index);
                index++;
            } else {
                inGap = true;
                index = found == Found.DAMAGED ? index + 1 : SegmentReader.nextIndexed(index);
            }
        }
    }

    private void onRecord(long index) {
        if (inGap) {
            inDoubt.add(new Gap(read, read.records(), index));
            inGap = false;
        }
        long synced = RecordCodec.syncedBefore(reader.record(), reader.length());
        while (!inDoubt.isEmpty() && Position.of(number, inDoubt.getFirst().from()) < synced) {
            Gap lost = inDoubt.removeFirst();
            losses.lost(number, lost.from(), lost.to());
        }
        boolean message = RecordCodec.kind(reader.record()) == RecordKind.MESSAGE;
        read = new Counts(index + 1, read.messages() + (message ? 1 : 0), reader.recordEnd());
        sound = inDoubt.isEmpty() ? read : inDoubt.getFirst().before();
    }
}
