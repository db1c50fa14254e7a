package io.forebay.gateway.storm;

import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;

/** What went on in a gateway since the last time: syncs of its log, threads. Owned by one thread. */
final class Phase {
    private static final String SYNC = "forebay_log_sync_seconds";
    private static final int THREADS = 6;

    private final ChildGateway gateway;
    private final Scheduling scheduling;
    private SortedMap<Double, Double> syncsBefore;

    Phase(ChildGateway gateway) throws IOException, InterruptedException {
        this.gateway = gateway;
        this.scheduling = new Scheduling(gateway.pid());
        this.syncsBefore = gateway.ops.buckets(SYNC);
    }

    String take() throws IOException, InterruptedException {
        SortedMap<Double, Double> now = gateway.ops.buckets(SYNC);
        SortedMap<Double, Double> since = new TreeMap<>();
        now.forEach((bound, count) -> since.put(bound, count - syncsBefore.getOrDefault(bound, 0.0)));
        syncsBefore = now;
        double count = since.getOrDefault(Double.POSITIVE_INFINITY, 0.0);
        return "%,.0f syncs, p50 %.1f ms, p99 %.1f ms, max %.1f ms%n        %s"
                .formatted(
                        count,
                        at(since, count * 0.5),
                        at(since, count * 0.99),
                        at(since, count),
                        scheduling.take(THREADS));
    }

    private static double at(SortedMap<Double, Double> buckets, double rank) {
        return buckets.entrySet().stream()
                .filter(bucket -> bucket.getValue() >= rank)
                .mapToDouble(bucket -> bucket.getKey() * 1e3)
                .findFirst()
                .orElse(0);
    }
}
