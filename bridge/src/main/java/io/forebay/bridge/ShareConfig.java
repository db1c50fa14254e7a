package io.forebay.bridge;

/**
 * How much of the log a route may hold on to with messages that are not settled, so that one that goes nowhere leaves the
 * others their space.
 *
 * @param segmentsMax how many segments may be kept because of it; one with a single message of it counts whole, because
 *     it cannot be deleted
 * @param whenFull what happens to further messages
 */
public record ShareConfig(int segmentsMax, WhenFull whenFull) {
    /** As much as there is. */
    public static final ShareConfig ALL = new ShareConfig(Integer.MAX_VALUE, WhenFull.PAUSE);

    /** One segment is written, one has been finished a moment ago: a route that is well needs as many. */
    public static final int SEGMENTS_MIN = 3;

    /** What happens at the limit. */
    public enum WhenFull {
        /** The sockets that they come from are not read until there is space. */
        PAUSE,
        /** Who can be told is refused, the others as with {@link #PAUSE}. */
        REFUSE,
        /** They are taken, and the oldest of the route are given up. */
        DROP_OLDEST
    }

    public ShareConfig {
        if (segmentsMax < SEGMENTS_MIN) {
            throw new IllegalArgumentException("share-max must hold at least " + SEGMENTS_MIN + " segments");
        }
    }

    boolean isLimited() {
        return segmentsMax < Integer.MAX_VALUE;
    }
}
