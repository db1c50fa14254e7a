package io.forebay.gateway.mqtt.accept;

import java.util.concurrent.TimeUnit;

/**
 * So many tokens in a second, saved for a second at most. What is taken beyond that is a debt, and says how long to wait.
 * Owned by whoever owns what it limits; told the time, so that it costs one number and no clock.
 */
public final class TokenBucket {
    /** So that nobody waits for longer, whatever is taken at once. */
    private static final long DEBT_MAX_NS = TimeUnit.MINUTES.toNanos(15);

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    /** How long one token takes to come; 0 for a bucket that is never empty. */
    private final double tokenNs;

    /** When the bucket will be full again. */
    private long fullAt;

    /**
     * @param perSecond 0 for no limit
     * @param now the bucket is full then
     */
    public TokenBucket(long perSecond, long now) {
        tokenNs = perSecond == 0 ? 0 : (double) SECOND_NS / perSecond;
        fullAt = now;
    }

    /** How long until there is a token, 0 if there is one. */
    public long untilNext(long now) {
        return Math.max(0, fullAt - now + (long) tokenNs - SECOND_NS);
    }

    /** Takes so many, whether they are there or not. */
    public void take(long tokens, long now) {
        long missing = Math.max(fullAt - now, 0) + (long) (tokens * tokenNs);
        fullAt = now + Math.min(missing, DEBT_MAX_NS);
    }

    /** How long until what was taken too much is paid back. */
    public long debt(long now) {
        return Math.max(0, fullAt - now - SECOND_NS);
    }

    public boolean isFull(long now) {
        return fullAt - now <= 0;
    }
}
