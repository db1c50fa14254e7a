package io.forebay.simulator;

import io.forebay.simulator.ledger.Tally;
import java.time.Duration;

/**
 * When anything last moved in a run, and when a message last arrived. Owned by the event loop of the run; times are those of
 * one clock.
 */
final class Movement {
    /** Who looks so much later than he wanted to has stood still himself. */
    private static final long STOOD_STILL_MS = 500;

    private Tally last;
    private long lookedMs;
    private long movedMs;
    private long arrivedMs;

    Movement(Tally start) {
        last = start;
    }

    /** The phases begin. */
    void begin(long nowMs) {
        lookedMs = nowMs;
        movedMs = nowMs;
        arrivedMs = nowMs;
    }

    /** To be called every few moments. */
    void look(Tally tally, long nowMs) {
        if (nowMs - lookedMs > STOOD_STILL_MS) {
            // Nothing could move here meanwhile: that is no silence of the others.
            movedMs = nowMs;
        }
        lookedMs = nowMs;
        if (tally.arrived() != last.arrived() || tally.repeated() != last.repeated()) {
            arrivedMs = nowMs;
        }
        // Repeats alone are no progress: somebody may repeat for ever.
        if (tally.arrived() != last.arrived()
                || tally.acknowledged() != last.acknowledged()
                || tally.published() != last.published()) {
            movedMs = nowMs;
        }
        last = tally;
    }

    /** Something other than a message moved. */
    void moved(long nowMs) {
        movedMs = nowMs;
    }

    boolean stillFor(Duration time, long nowMs) {
        return nowMs - movedMs > time.toMillis();
    }

    /** When something last arrived, be it a repeat; if nothing has, when the phases began. */
    long arrivedMs() {
        return arrivedMs;
    }

    /** What was seen at the last look. */
    Tally last() {
        return last;
    }
}
