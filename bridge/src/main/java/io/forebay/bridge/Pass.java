package io.forebay.bridge;

/** Owned by the bridge's thread: how far the current catch-up pass has come, see {@link CatchUp}. */
final class Pass {
    private long number;
    private long start;
    private long reached;
    private boolean running;
    private boolean recheck;

    void begin(long from) {
        number++;
        start = from;
        reached = from;
        running = true;
    }

    void end() {
        running = false;
    }

    boolean isRunning() {
        return running;
    }

    long number() {
        return number;
    }

    /** Every message from the start of the pass to here has been looked at. */
    long reached() {
        return reached;
    }

    void reach(long position) {
        reached = position;
    }

    /** Whether a message at {@code position} will not be looked at any more. */
    boolean hasPassed(long position) {
        return running && position < reached;
    }

    /** Whether this pass has seen, or will see, each message of a spilled lane from its {@code resumeAt} on. */
    boolean follows(Lane lane) {
        return lane.resumeAt >= start && lane.missedIn != number;
    }

    /** The same, if it is a pass of {@link Drops}. */
    boolean followsForDrops(Lane lane) {
        return lane.resumeAt >= start && lane.missedInDrops != number;
    }

    /** A spilled lane may have come to want more. */
    void recheck() {
        recheck = true;
    }

    void checked() {
        recheck = false;
    }

    boolean needsCheck() {
        return recheck;
    }
}
