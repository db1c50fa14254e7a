package io.forebay.bridge;

import io.forebay.storage.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Owned by the bridge's thread: how many messages of each share stand in each segment and are not settled, up to where the
 * log was counted. A segment that is counted to its end and has none left is of no use to this target any more, even if
 * earlier ones are.
 *
 * <p>A lane lets go of its messages in their order, so that what is left of it is all that a restart must find: see
 * {@link Lanes}.
 */
final class Tally {
    private final TreeMap<Integer, int[]> segments = new TreeMap<>();
    private final long[] bytes;
    private final int[] segmentsHeld;
    private long reached;
    /** The segment that was looked up last: mostly it is the next one, too. */
    private int lastSegment = -1;

    private int[] lastCounts;
    private List<Integer> emptied = new ArrayList<>();

    Tally(int shares, long from) {
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
        int[] counts = countsOf(Position.segment(position));
        if (counts[share] == 0) {
            segmentsHeld[share]++;
        }
        counts[share]++;
        bytes[share] += size;
    }

    private int[] countsOf(int segment) {
        if (segment != lastSegment) {
            lastSegment = segment;
            lastCounts = segments.computeIfAbsent(segment, unknown -> new int[bytes.length]);
        }
        return lastCounts;
    }

    void reach(long position) {
        int before = Position.segment(reached);
        reached = position;
        for (int segment = before; segment < Position.segment(position); segment++) {
            if (segment > 0 && !segments.containsKey(segment)) {
                emptied.add(segment);
            }
        }
    }

    /** It is settled, and so are all before it of its lane. */
    void release(int share, long position, int size) {
        int segment = Position.segment(position);
        int[] counts = countsOf(segment);
        bytes[share] -= size;
        counts[share]--;
        if (counts[share] == 0) {
            segmentsHeld[share]--;
            if (isEmpty(counts)) {
                segments.remove(segment);
                lastSegment = -1;
                if (segment < Position.segment(reached)) {
                    emptied.add(segment);
                }
            }
        }
    }

    private static boolean isEmpty(int[] counts) {
        for (int count : counts) {
            if (count > 0) {
                return false;
            }
        }
        return true;
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
        if (segmentsHeld[share] > 0) {
            for (var each : segments.entrySet()) {
                if (each.getValue()[share] > 0) {
                    return each.getKey();
                }
            }
        }
        return 0;
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
