package io.forebay.bridge;

/**
 * Owned by the bridge's thread: for each segment of a stretch of the log the counts of each share, and their sum. Segments
 * are numbered one after the other, so each has its place in a ring: lanes that drain let go of messages all over the
 * backlog, and to look for the segment of each one cost a tenth of the bridge's time.
 */
final class SegmentCounts {
    private final int shares;
    private int[][] ring = new int[16][];
    /** The first and the last segment with counts, if there is any; every one with counts is between them. */
    private int first;

    private int last = -1;

    SegmentCounts(int shares) {
        this.shares = shares;
    }

    /** @return null if it has none */
    int[] find(int segment) {
        return segment < first || segment > last ? null : ring[segment & (ring.length - 1)];
    }

    /** The counts of a segment that is not before the first. */
    int[] of(int segment) {
        int[] found = find(segment);
        return found != null ? found : add(segment);
    }

    private int[] add(int segment) {
        if (last < first) {
            first = segment;
        }
        last = Math.max(last, segment);
        while (last - first >= ring.length) {
            grow();
        }
        int[] counts = new int[shares + 1];
        ring[segment & (ring.length - 1)] = counts;
        return counts;
    }

    private void grow() {
        int[][] wider = new int[2 * ring.length][];
        for (int segment = first; segment <= last && segment - first < ring.length; segment++) {
            wider[segment & (wider.length - 1)] = ring[segment & (ring.length - 1)];
        }
        ring = wider;
    }

    /** @return whether the share had none there */
    boolean add(int[] counts, int share) {
        counts[shares]++;
        counts[share]++;
        return counts[share] == 1;
    }

    /** @return whether the share has none left there */
    boolean take(int[] counts, int share) {
        counts[shares]--;
        counts[share]--;
        return counts[share] == 0;
    }

    boolean isEmpty(int[] counts) {
        return counts[shares] == 0;
    }

    void remove(int segment) {
        ring[segment & (ring.length - 1)] = null;
        while (first <= last && ring[first & (ring.length - 1)] == null) {
            first++;
        }
        while (last >= first && ring[last & (ring.length - 1)] == null) {
            last--;
        }
    }

    /** The oldest segment in which a share has any; 0 if there is none. */
    int oldest(int share) {
        for (int segment = first; segment <= last; segment++) {
            int[] counts = ring[segment & (ring.length - 1)];
            if (counts != null && counts[share] > 0) {
                return segment;
            }
        }
        return 0;
    }
}
