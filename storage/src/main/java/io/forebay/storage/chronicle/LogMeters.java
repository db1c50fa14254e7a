package io.forebay.storage.chronicle;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The meters of the log, {@code forebay.log.*}. Touched once for each commit, not for each record. Any thread. */
final class LogMeters {
    private final MeterRegistry registry;
    private final Timer sync;
    private final DistributionSummary batch;
    private final Counter appended;
    private final Counter commits;
    private final Counter skipped;
    private final Map<DiskFault.Kind, Counter> faults = new EnumMap<>(DiskFault.Kind.class);
    private final List<Gauge> gauges = new CopyOnWriteArrayList<>();

    LogMeters(MeterRegistry registry) {
        this.registry = registry;
        sync = Timer.builder("forebay.log.sync")
                .description("How long an fdatasync of the log takes")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(50_000))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry);
        batch = DistributionSummary.builder("forebay.log.batch")
                .description("Records made durable by one fdatasync")
                .publishPercentileHistogram()
                .minimumExpectedValue(1.0)
                .maximumExpectedValue(100_000.0)
                .register(registry);
        appended = Counter.builder("forebay.log.appended")
                .description("Records made durable")
                .register(registry);
        commits = Counter.builder("forebay.log.commits")
                .description("Group commits, each one fdatasync")
                .register(registry);
        skipped = Counter.builder("forebay.log.skipped")
                .description("Records that were durable and cannot be read any more")
                .register(registry);
        for (DiskFault.Kind kind : DiskFault.Kind.values()) {
            faults.put(
                    kind,
                    Counter.builder("forebay.log.faults")
                            .description("How often the disk has failed the log")
                            .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    /** Gauges that ask the parts of an open log. */
    void watch(
            Inbox inbox,
            Segments segments,
            RetainedSegments kept,
            LogWriter writer,
            LogCondition condition,
            Space space) {
        gauge("forebay.log.queue.records", "Calls that wait for the writer", inbox, Inbox::waitingCount);
        gauge("forebay.log.queue.bytes", "Bytes that wait for the writer", inbox, Inbox::waitingBytes);
        gauge("forebay.log.bytes", "Bytes that the segments take on disk", segments, Segments::bytes);
        gauge(
                "forebay.log.retained.bytes",
                "Bytes of segments that are delivered and kept for a replay",
                kept,
                RetainedSegments::bytes);
        gauge(
                "forebay.log.retained.oldest",
                "When the oldest message that is kept after its delivery arrived, seconds since 1970; NaN if none is",
                kept,
                RetainedSegments::oldestArrivalSeconds);
        gauge("forebay.log.sessions", "Sessions that the log remembers", writer, LogWriter::sessionCount);
        gauge(
                "forebay.log.lasts.seconds",
                "Until the log is full at the present rate; NaN if it does not fill",
                space,
                now -> now.forecast().seconds());
        gauge("forebay.storage.bytes", "Bytes on disk that count for storage.size-max", space, Space::together);
        gauge("forebay.log.state", "0 open, 1 full, 2 failed, 3 closed, 4 healing", condition, LogMeters::code);
    }

    private static double code(LogCondition condition) {
        return switch (condition.state()) {
            case OPEN -> 0;
            case FULL -> 1;
            case FAILED -> 2;
            case CLOSED -> 3;
            case HEALING -> 4;
        };
    }

    private <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
        gauges.add(Gauge.builder(name, of, value).description(description).register(registry));
    }

    /** The gauges go with the log that they ask; what was counted stays. */
    void close() {
        gauges.forEach(registry::remove);
    }

    void committed(int records, long syncNanos) {
        sync.record(syncNanos, TimeUnit.NANOSECONDS);
        batch.record(records);
        appended.increment(records);
        commits.increment();
    }

    void fault(DiskFault.Kind kind) {
        faults.get(kind).increment();
    }

    /** Of all kinds since the start. */
    long faults() {
        return (long) faults.values().stream().mapToDouble(Counter::count).sum();
    }

    long skipped() {
        return (long) skipped.count();
    }

    void skipped(long records) {
        skipped.increment((double) records);
    }
}
