package io.forebay.gateway.conformance;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Real time, which has to pass for an expiry, and of which more may pass than a test has asked for: what a test says of a
 * moment holds for the time that it has measured. Owned by the test thread.
 */
final class Stopwatch {
    private final long startNanos = System.nanoTime();

    private Stopwatch() {}

    static Stopwatch start() {
        return new Stopwatch();
    }

    long elapsedMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    /** Begun ones count as whole. */
    long elapsedSeconds() {
        return elapsedMs() / 1_000 + 1;
    }

    /** Nothing else announces that an interval is over. */
    static void pass(int ms) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
