package io.forebay.simulator;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Microseconds since 1970 that never step back: the wall clock is read once, then the monotonic clock carries it on. */
final class MicroClock {
    private final long startUs = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    private final long startNanos = System.nanoTime();

    long nowUs() {
        return startUs + (System.nanoTime() - startNanos) / 1000;
    }
}
