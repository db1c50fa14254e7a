package io.forebay.simulator;

import java.util.Random;

/** Delays between attempts to connect: doubling to a limit, jittered so that a fleet does not come back as one. */
final class Backoff {
    private static final int FIRST_MS = 100;
    private static final int LIMIT_MS = 5_000;
    private static final int DOUBLINGS_MAX = 6;

    private final Random random;
    private int attempts;

    Backoff(Random random) {
        this.random = random;
    }

    void reset() {
        attempts = 0;
    }

    long nextDelayMs() {
        int ceiling = Math.min(LIMIT_MS, FIRST_MS << Math.min(attempts, DOUBLINGS_MAX));
        attempts++;
        return ceiling / 2 + 1L + random.nextInt(ceiling / 2);
    }
}
