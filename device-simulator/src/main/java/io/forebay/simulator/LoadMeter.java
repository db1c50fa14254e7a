package io.forebay.simulator;

import io.forebay.simulator.ledger.Latency;
import org.HdrHistogram.Histogram;

/** Counts what all connections of a load do together. Owned by the event loop of the load. */
final class LoadMeter {
    private static final long LATENCY_MAX_US = 600_000_000;

    private final Histogram latencyUs = new Histogram(LATENCY_MAX_US, 3);
    private boolean counting;
    private boolean stopped;
    private long sinceNanos;
    private double seconds;
    private long acknowledged;
    private long publishedInAll;
    private long acknowledgedInAll;

    void startCounting() {
        counting = true;
        sinceNanos = System.nanoTime();
    }

    void stop() {
        counting = false;
        stopped = true;
        seconds = (System.nanoTime() - sinceNanos) / 1e9;
    }

    boolean stopped() {
        return stopped;
    }

    void published(int messages) {
        publishedInAll += messages;
    }

    void acknowledged(long sentNanos, long nowNanos) {
        acknowledgedInAll++;
        if (counting) {
            acknowledged++;
            latencyUs.recordValue(Math.min(LATENCY_MAX_US, (nowNanos - sentNanos) / 1000));
        }
    }

    boolean quiet() {
        return acknowledgedInAll == publishedInAll;
    }

    LoadResult result() {
        return new LoadResult(acknowledged, seconds, Latency.of(latencyUs), publishedInAll, acknowledgedInAll);
    }
}
