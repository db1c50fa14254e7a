package io.forebay.bridge;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: doubling from {@code minMs} to {@code maxMs}, the last half of it at random so
 * that many who failed together do not return together.
 */
public record Backoff(long minMs, long maxMs) {
    public Backoff {
        if (minMs < 1 || maxMs < minMs) {
            throw new IllegalArgumentException("delays must be at least 1 ms, and the greatest not below the least");
        }
    }

    /** @param attempts how many have failed already, from 1 */
    public long delayMs(int attempts, RandomGenerator random) {
        int doublings = Math.min(Math.max(attempts, 1) - 1, 40);
        long ceiling = minMs > maxMs >> doublings ? maxMs : minMs << doublings;
        long half = ceiling / 2;
        return Math.max(1, ceiling - half + random.nextLong(half + 1));
    }
}
