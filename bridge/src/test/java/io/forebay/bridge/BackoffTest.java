package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void delayDoublesUpToTheGreatest() {
        Backoff backoff = new Backoff(50, 30_000);
        Random random = new Random(1);
        for (int attempts = 0; attempts < 100; attempts++) {
            double ceiling = Math.min(30_000, 50 * Math.pow(2, Math.max(0, attempts - 1)));
            long delay = backoff.delayMs(attempts, random);
            assertTrue(delay <= ceiling && delay >= Math.floor(ceiling / 2), attempts + ": " + delay);
        }
    }

    @Test
    void delayIsNeverNothing() {
        assertTrue(new Backoff(1, 1).delayMs(1, new Random(1)) >= 1);
        assertTrue(new Backoff(1, Long.MAX_VALUE / 4).delayMs(1000, new Random(1)) >= 1);
    }

    @Test
    void nonsenseIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Backoff(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Backoff(2, 1));
    }
}
