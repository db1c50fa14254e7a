package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.ledger.Tally;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Silence is held against the others, and not what this process has slept through itself. */
class MovementTest {
    private static final Tally NOTHING = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    private static final Duration SETTLE = Duration.ofSeconds(2);

    private final Movement movement = new Movement(NOTHING);

    private void look(long fromMs, long toMs) {
        for (long nowMs = fromMs; nowMs <= toMs; nowMs += 50) {
            movement.look(NOTHING, nowMs);
        }
    }

    @Test
    void whereNothingMovesForTheTimeItIsStill() {
        movement.begin(0);
        look(50, 2_000);
        assertFalse(movement.stillFor(SETTLE, 2_000));
        look(2_050, 2_050);
        assertTrue(movement.stillFor(SETTLE, 2_050));
    }

    @Test
    void aProcessThatStoodStillBeginsToWaitAnew() {
        movement.begin(0);
        look(50, 1_000);
        look(4_000, 4_000);
        assertFalse(movement.stillFor(SETTLE, 4_000), "it has slept for three seconds");
        look(4_050, 6_050);
        assertTrue(movement.stillFor(SETTLE, 6_050));
    }
}
