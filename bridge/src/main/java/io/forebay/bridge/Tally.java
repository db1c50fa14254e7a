package io.forebay.bridge;

import io.forebay.storage.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * Owned by the bridge's thread: how many messages of each share stand in each segment and are not settled, up to where the
 * log was counted. A segment that is counted to its end and has none left is of no use to this target any more, even if
 * earlier ones are.
 *
 * <p>A lane lets go of its messages in their order, so that what is left of it is all that a restart must find: see
 * {@link Lanes}.
 */
final class Tally {
    private final SegmentCounts segments;
    private final long[] bytes;
    private final int[] segmentsHeld;
    private long reached;
    private List<Integer> emptied = new ArrayList<>();

    Tally(int shares, long from) {
        segments = new SegmentCounts(shares);
        bytes = new long[shares];
        segmentsHeld = new int[shares];
        reached = from;
    }

    /** Everything before has been counted. */
    long reached() {
        return reached;
    }

    /** The next message in the order of the log; {@link #reach} follows. */
    void count(int share, long position, int size) {
        if (segments.add(segments.of(Position.segment(position)), share)) {
            segmentsHeld[share]++;
        }
        bytes[share] += size;
    }

    void reach(long position) {
        int before = Position.segment(reached);
        reached = position;
        for (int segment = before; segment < Position.segment(position); segment++) {
            if (segment > 0 && segments.find(segment) == null) {
                emptied.add(segment);
            }
        }
    }

    /** It is settled, and so are all before it of its lane. */
    void release(int share, long position, int size) {
        int segment = Position.segment(position);
        int[] counts = segments.find(segment);
        bytes[share] -= size;
        if (segments.take(counts, share)) {
            segmentsHeld[share]--;
            if (segments.isEmpty(counts)) {
                segments.remove(segment);
                if (segment < Position.segment(reached)) {
                    emptied.add(segment);
                }
            }
        }
    }

    long bytes(int share) {
        return bytes[share];
    }

    /** How many segments have a message of it. */
    int segments(int share) {
        return segmentsHeld[share];
    }

    /** The oldest segment with a message of it; 0 if there is none. */
    int oldestSegment(int share) {
        return segmentsHeld[share] > 0 ? segments.oldest(share) : 0;
    }

    boolean hasEmptied() {
        return !emptied.isEmpty();
    }

    /** The segments that have become of no use since the last call. */
    List<Integer> takeEmptied() {
        List<Integer> taken = emptied;
        emptied = new ArrayList<>();
        return taken;
    }

    /** It was taken and could not be saved. */
    void giveBack(List<Integer> taken) {
        emptied.addAll(taken);
    }
}
