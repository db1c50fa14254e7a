package io.forebay.simulator.ledger;

import org.HdrHistogram.Histogram;

/**
 * How long messages took.
 *
 * @param count how many there were
 * @param p50Us median, microseconds
 * @param p99Us 99th percentile, microseconds
 * @param p999Us 99.9th percentile, microseconds
 * @param maxUs the longest, microseconds
 */
public record Latency(long count, long p50Us, long p99Us, long p999Us, long maxUs) {
    public static Latency of(Histogram us) {
        return new Latency(
                us.getTotalCount(),
                us.getValueAtPercentile(50),
                us.getValueAtPercentile(99),
                us.getValueAtPercentile(99.9),
                us.getMaxValue());
    }

    @Override
    public String toString() {
        return "p50 " + Text.micros(p50Us) + "   p99 " + Text.micros(p99Us) + "   max " + Text.micros(maxUs);
    }
}
