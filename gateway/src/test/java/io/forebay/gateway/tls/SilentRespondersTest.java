package io.forebay.gateway.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SilentRespondersTest {
    private static final URI ONE = URI.create("http://one");
    private static final URI OTHER = URI.create("http://other");

    private long nowNanos = Long.MAX_VALUE - 5; // It overflows, as nanoTime may.
    private SilentResponders silent = new SilentResponders(1_000, () -> nowNanos);

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            silent.didNotAnswer(ONE);
        }
    }

    @Test
    void afterThreeFailuresInARowItIsLeftAloneAndThenTriedByOne() {
        fail(2);
        silent.answered(ONE);
        fail(2);
        assertTrue(silent.mayAsk(ONE));
        fail(1);
        assertFalse(silent.mayAsk(ONE));
        assertTrue(silent.mayAsk(OTHER));

        nowNanos += TimeUnit.MILLISECONDS.toNanos(1_000);
        assertTrue(silent.mayAsk(ONE));
        assertFalse(silent.mayAsk(ONE), "one is enough to try it");
        fail(1);
        assertFalse(silent.mayAsk(ONE));
        nowNanos += TimeUnit.MILLISECONDS.toNanos(1_000);
        assertTrue(silent.mayAsk(ONE));
        silent.answered(ONE);
        assertTrue(silent.mayAsk(ONE));
        assertTrue(silent.mayAsk(ONE), "it was one question only");
    }

    @Test
    void withoutAPauseItIsAlwaysAsked() {
        silent = new SilentResponders(0, () -> nowNanos);
        fail(10);
        assertTrue(silent.mayAsk(ONE));
    }

    @Test
    void moreRespondersThanAreRememberedAreAsked() {
        for (int i = 0; i < 2_000; i++) {
            URI some = URI.create("http://r" + i);
            for (int failure = 0; failure < 3; failure++) {
                silent.didNotAnswer(some);
            }
            assertEquals(i >= 1_000, silent.mayAsk(some));
        }
    }
}
