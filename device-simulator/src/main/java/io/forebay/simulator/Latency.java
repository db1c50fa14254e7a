package io.forebay.simulator;

import org.HdrHistogram.Histogram;

/**
 * How long messages took.
 *
 * @param p50Us median, microseconds
 * @param p99Us 99th percentile, microseconds
 * @param maxUs the longest, microseconds
 */
public record Latency(long p50Us, long p99Us, long maxUs) {
    static Latency of(Histogram us) {
        return new Latency(us.getValueAtPercentile(50), us.getValueAtPercentile(99), us.getMaxValue());
    }

    @Override
    public String toString() {
        return "p50 " + readable(p50Us) + "   p99 " + readable(p99Us) + "   max " + readable(maxUs);
    }

    private static String readable(long us) {
        if (us < 1000) {
            return us + " µs";
        }
        return us < 1_000_000 ? Text.decimal(us / 1e3) + " ms" : Text.decimal(us / 1e6) + " s";
    }
}
