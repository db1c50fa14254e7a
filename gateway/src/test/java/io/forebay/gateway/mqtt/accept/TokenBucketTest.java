package io.forebay.gateway.mqtt.accept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long START = Long.MAX_VALUE - 3;

    @Test
    void aSecondsWorthIsSavedAndNoMore() {
        TokenBucket bucket = new TokenBucket(4, START);
        long later = START + 100 * SECOND;
        for (int i = 0; i < 4; i++) {
            assertEquals(0, bucket.untilNext(later));
            bucket.take(1, later);
        }
        assertEquals(SECOND / 4, bucket.untilNext(later));
        assertEquals(0, bucket.untilNext(later + SECOND / 4));
    }

    @Test
    void whatIsTakenTooMuchIsADebt() {
        TokenBucket bucket = new TokenBucket(1_000, START);
        bucket.take(1_000, START);
        assertEquals(0, bucket.debt(START));
        bucket.take(500, START);
        assertEquals(SECOND / 2, bucket.debt(START));
        assertEquals(0, bucket.debt(START + SECOND / 2));
    }

    @Test
    void aHugeTakeIsPaidBackWithinAQuarterOfAnHour() {
        TokenBucket bucket = new TokenBucket(1, START);
        bucket.take(Integer.MAX_VALUE, START);
        assertTrue(bucket.debt(START) <= TimeUnit.MINUTES.toNanos(15));
    }

    @Test
    void zeroIsNoLimit() {
        TokenBucket bucket = new TokenBucket(0, START);
        bucket.take(1_000_000, START);
        assertEquals(0, bucket.untilNext(START));
        assertEquals(0, bucket.debt(START));
        assertTrue(bucket.isFull(START));
    }
}
