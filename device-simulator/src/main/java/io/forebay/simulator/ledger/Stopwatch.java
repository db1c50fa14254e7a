package io.forebay.simulator.ledger;

import org.HdrHistogram.Histogram;

/** Latencies of a whole run, and beside them those since somebody last asked. Owned by the ledger that holds it. */
public final class Stopwatch {
    private static final long MAX_US = 24L * 3600 * 1_000_000;
    private static final int DIGITS = 3;

    private final Histogram all = new Histogram(MAX_US, DIGITS);
    private final Histogram recent = new Histogram(MAX_US, 2);

    void record(long us) {
        long bounded = Math.min(MAX_US, Math.max(0, us));
        all.recordValue(bounded);
        recent.recordValue(bounded);
    }

    public Latency all() {
        return Latency.of(all);
    }

    /** For the percentile curve and for what lies between two moments; the caller may keep it. */
    public Histogram copy() {
        return all.copy();
    }

    /** Since the last call of this method. */
    public Latency takeRecent() {
        Latency latency = Latency.of(recent);
        recent.reset();
        return latency;
    }
}
