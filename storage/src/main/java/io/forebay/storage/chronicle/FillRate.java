package io.forebay.storage.chronicle;

/**
 * How fast something grows, the last minutes weighing most: the mean of the growth, each second with a weight that falls to
 * 1/e in the time constant. Owned by the thread that feeds it.
 */
final class FillRate {
    /** A rate over less says more about the moment than about the hour to come. */
    private static final long OBSERVE_MS_MIN = 30_000;

    private final double constantMs;
    private double mean;
    private long firstAtMs = -1;
    private long lastAtMs;
    private long last;

    FillRate(long constantMs) {
        this.constantMs = constantMs;
    }

    /** @param nowMs of a clock that never goes back */
    void sample(long nowMs, long bytes) {
        if (firstAtMs < 0) {
            firstAtMs = nowMs;
        } else if (nowMs > lastAtMs) {
            double perMs = (bytes - last) / (double) (nowMs - lastAtMs);
            double weight = -Math.expm1(-(nowMs - lastAtMs) / constantMs);
            mean += (perMs - mean) * weight;
        } else {
            return;
        }
        lastAtMs = nowMs;
        last = bytes;
    }

    /** NaN as long as nothing can be said. */
    double bytesPerSecond() {
        long observedMs = lastAtMs - firstAtMs;
        // It began at zero: without this a log that has just begun to fill would look slow for minutes.
        double weights = -Math.expm1(-observedMs / constantMs);
        return observedMs < OBSERVE_MS_MIN ? Double.NaN : 1_000 * mean / weights;
    }
}
