package io.forebay.simulator;

import io.forebay.simulator.ledger.Tally;
import java.time.Duration;

/**
 * When anything last moved in a run, and when a message last arrived. Owned by the event loop of the run; times are those of
 * one clock.
 */
final class Movement {
    private Tally last;
    private long movedMs;
    private long arrivedMs;

    Movement(Tally start) {
        last = start;
    }

    /** The phases begin. */
    void begin(long nowMs) {
        movedMs = nowMs;
        arrivedMs = nowMs;
    }

    void look(Tally tally, long nowMs) {
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
