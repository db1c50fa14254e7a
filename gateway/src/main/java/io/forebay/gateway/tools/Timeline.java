package io.forebay.gateway.tools;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * How far the log was durable and settled at which time: samples of the last hours, of earlier lives of the gateway as well,
 * from which "synced by" and "settled by" are read within the distance of two samples. Any thread; locked, once in a second.
 */
public final class Timeline {
    /** How often somebody should call {@link #sample}. */
    public static final long EVERY_MS = 1_000;

    private final TimelineFile file;
    private final long[] atMs;
    private final long[] durableEnd;
    private final long[] settledBefore;
    private int count;
    private int next;

    record Sample(long atMs, long durableEnd, long settledBefore) {}

    /** @param file null to be only read */
    private Timeline(TimelineFile file, int samples) {
        this.file = file;
        atMs = new long[samples];
        durableEnd = new long[samples];
        settledBefore = new long[samples];
    }

    /**
     * Blocks while earlier samples are read.
     *
     * @param samples how many are kept; the oldest goes when another one comes
     * @param logEnd the end of the log
     */
    public static Timeline open(Path dataDir, int samples, long logEnd) {
        Timeline timeline = new Timeline(new TimelineFile(dataDir, samples), samples);
        timeline.file.read(logEnd).forEach(timeline::add);
        return timeline;
    }

    /** What a gateway that is stopped has left. */
    static Timeline left(Path dataDir, long logEnd) {
        List<Sample> samples = new TimelineFile(dataDir, 0).read(logEnd);
        Timeline timeline = new Timeline(null, samples.size() + 1);
        samples.forEach(timeline::add);
        return timeline;
    }

    /** Adds what is known of a position. */
    void tell(long position, JsonObject json) {
        durableBy(position).ifPresent(at -> json.put("synced-by", Moment.text(at)));
        settledBy(position).ifPresent(at -> json.put("settled-by", Moment.text(at)));
    }

    /** Blocks for the file. Keeps nothing where nothing has moved. */
    public synchronized void sample(long nowMs, long durable, long settled) {
        Sample sample = new Sample(nowMs, durable, settled);
        if (add(sample)) {
            file.append(sample);
        }
    }

    private boolean add(Sample sample) {
        int last = Math.floorMod(next - 1, atMs.length);
        if (count > 0 && durableEnd[last] == sample.durableEnd() && settledBefore[last] == sample.settledBefore()) {
            return false;
        }
        atMs[next] = sample.atMs();
        durableEnd[next] = sample.durableEnd();
        settledBefore[next] = sample.settledBefore();
        next = (next + 1) % atMs.length;
        count = Math.min(count + 1, atMs.length);
        return true;
    }

    /** The first time at which a position was seen to be durable; empty if it was so before the first sample. */
    synchronized OptionalLong durableBy(long position) {
        return firstBehind(durableEnd, position);
    }

    /** The same for being settled, with all before it. */
    synchronized OptionalLong settledBy(long position) {
        return firstBehind(settledBefore, position);
    }

    private OptionalLong firstBehind(long[] values, long position) {
        for (int i = 0; i < count; i++) {
            int at = Math.floorMod(next - count + i, atMs.length);
            if (values[at] > position) {
                return i == 0 ? OptionalLong.empty() : OptionalLong.of(atMs[at]);
            }
        }
        return OptionalLong.empty();
    }
}
