package io.forebay.gateway.storm;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Durations and what they come to. Owned by one event loop. */
final class Latencies {
    /** @param count how many there were; the rest in milliseconds */
    record Summary(int count, double p50, double p99, double max) {
        @Override
        public String toString() {
            return "%,d: p50 %.1f ms, p99 %.1f ms, max %.1f ms".formatted(count, p50, p99, max);
        }
    }

    private long[] nanos = new long[1_024];
    private int count;

    void add(long nanosMore) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = nanosMore;
    }

    /** Begins anew. @return what there was until now */
    Summary take() {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        Summary summary = new Summary(count, at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
        count = 0;
        return summary;
    }

    private static double at(long[] sorted, double share) {
        int index = (int) Math.ceil(share * sorted.length) - 1;
        return sorted.length == 0 ? 0 : sorted[Math.max(0, index)] / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }
}
