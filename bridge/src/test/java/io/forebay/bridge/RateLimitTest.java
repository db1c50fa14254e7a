package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static int takeAll(RateLimit rate) {
        int taken = 0;
        while (rate.allows()) {
            rate.take();
            taken++;
        }
        return taken;
    }

    @Test
    void theRateHoldsHoweverUnevenlyTimePasses() {
        RateLimit rate = new RateLimit(1_000);
        rate.refill(5_000);
        int taken = takeAll(rate);
        for (long now = 5_000; now <= 15_000; now += 1 + now % 50) {
            rate.refill(now);
            taken += takeAll(rate);
        }
        assertTrue(Math.abs(taken - 10_000) <= 101, () -> "taken in ten seconds");
    }

    @Test
    void whatWasNotUsedIsKeptForAMomentOnly() {
        RateLimit rate = new RateLimit(1_000);
        rate.refill(0);
        rate.refill(60_000);
        assertEquals(100, rate.left());
    }

    @Test
    void aRateBelowOneInATickStillLetsOneThroughInTheEnd() {
        RateLimit rate = new RateLimit(1);
        rate.refill(0);
        assertEquals(1, takeAll(rate));
        rate.refill(900);
        assertFalse(rate.allows());
        rate.refill(1_000);
        assertEquals(1, takeAll(rate));
    }
}
