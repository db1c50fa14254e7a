package io.forebay.bridge;

/** Owned by the bridge's thread: at most so many messages in a second, over all lanes and links of a route. */
final class RateLimit {
    /** What was not used is kept for so long: a turn that comes late does not lower the rate. */
    private static final long KEPT_MS = 100;

    private final double perMs;
    private final double most;
    private double left;
    private long refilledAtMs;
    private boolean started;

    RateLimit(int perSecond) {
        perMs = perSecond / 1000.0;
        most = Math.max(1, perMs * KEPT_MS);
    }

    boolean allows() {
        return left >= 1;
    }

    /** How many messages may be sent now. */
    int left() {
        return (int) left;
    }

    void take() {
        left--;
    }

    void refill(long nowMs) {
        if (started) {
            left = Math.min(most, left + perMs * (nowMs - refilledAtMs));
        } else {
            started = true;
            left = 1;
        }
        refilledAtMs = nowMs;
    }
}
