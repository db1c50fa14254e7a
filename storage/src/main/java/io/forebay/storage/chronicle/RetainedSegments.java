package io.forebay.storage.chronicle;

import io.forebay.storage.Retention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * Owned by the log keeper's thread, but for the figures: the segments that both readers are done with, oldest first, and
 * which of them has been kept for long enough.
 *
 * <p>Age is measured from when a segment was full, by a clock that nobody sets. The age of those that were there at the
 * start comes from the time of their file {@code sealed}. Where the time of day has been wrong, segments tell: one was not
 * full before those before it were, and a time in the future is that of the next later segment which has a better one. So
 * a clock that leaps neither deletes what is young, nor keeps for ever what is old.
 */
final class RetainedSegments {
    private final Retention retention;
    private final LongSupplier wallMs;
    private final LongSupplier steadyMs;
    private final ToLongFunction<Segment> firstArrivalMs;
    private final Map<Integer, Long> fullAtMs = new HashMap<>();
    /** By number: the oldest first. */
    private final TreeMap<Integer, Kept> kept = new TreeMap<>();

    private final AtomicLong bytes = new AtomicLong();
    private volatile double oldestArrivalSeconds = Double.NaN;

    /** @param fullAtMs by the clock that nobody sets */
    record Kept(Segment segment, long bytes, long fullAtMs) {}

    /**
     * @param wallMs the time of day, read once at the start
     * @param steadyMs a clock that nobody sets, from any beginning
     * @param firstArrivalMs when the first message of a segment arrived, 0 if it holds none
     */
    RetainedSegments(
            Retention retention, LongSupplier wallMs, LongSupplier steadyMs, ToLongFunction<Segment> firstArrivalMs) {
        this.retention = retention;
        this.wallMs = wallMs;
        this.steadyMs = steadyMs;
        this.firstArrivalMs = firstArrivalMs;
    }

    /** Any thread: what the segments take that are kept though nobody needs them. */
    long bytes() {
        return bytes.get();
    }

    /** Any thread: when the oldest message of these arrived, seconds since 1970; NaN if there is none. */
    double oldestArrivalSeconds() {
        return oldestArrivalSeconds;
    }

    /** The segments that are there at the start. */
    void found(Iterable<Segment> segments) throws IOException {
        if (!retention.isOn()) {
            return;
        }
        long now = wallMs.getAsLong();
        long steadyNow = steadyMs.getAsLong();
        List<Segment> all = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        for (Segment segment : segments) {
            all.add(segment);
            times.add(segment.sealedAtMs().orElse(now));
        }
        long later = now;
        for (int i = times.size() - 1; i >= 0; i--) {
            later = times.get(i) <= now ? times.get(i) : later;
            times.set(i, later);
        }
        long earlier = Long.MIN_VALUE;
        for (int i = 0; i < times.size(); i++) {
            earlier = Math.max(earlier, times.get(i));
            fullAtMs.put(all.get(i).number(), steadyNow - (now - earlier));
        }
    }

    /** A segment is full. */
    void full(int number) {
        if (retention.isOn()) {
            fullAtMs.put(number, steadyMs.getAsLong());
        }
    }

    /** Both readers are done with a segment; no effect if that is known. */
    void take(Segment segment) throws IOException {
        int number = segment.number();
        if (kept.containsKey(number)) {
            return;
        }
        Path data = ChronicleFiles.data(segment.directory());
        long size = Files.exists(data) ? Files.size(data) : 0;
        Long at = fullAtMs.remove(number);
        kept.put(number, new Kept(segment, size, at == null ? steadyMs.getAsLong() : at));
        bytes.addAndGet(size);
        if (kept.firstKey() == number) {
            lookAtOldest();
        }
    }

    /** The oldest one, if it need not be kept any longer. */
    Optional<Kept> due() {
        return oldest().filter(first -> !retention.isOn()
                || bytes.get() > retention.bytesMax()
                || steadyMs.getAsLong() - first.fullAtMs() >= retention.forMs());
    }

    Optional<Kept> oldest() {
        return Optional.ofNullable(kept.firstEntry()).map(Map.Entry::getValue);
    }

    /** The oldest one is deleted. */
    void deleted() {
        bytes.addAndGet(-kept.pollFirstEntry().getValue().bytes());
        lookAtOldest();
    }

    private void lookAtOldest() {
        if (retention.isOn()) {
            long arrived = oldest().map(first -> firstArrivalMs.applyAsLong(first.segment()))
                    .orElse(0L);
            oldestArrivalSeconds = arrived == 0 ? Double.NaN : arrived / 1000.0;
        }
    }
}
