package io.forebay.gateway.tools;

import java.util.OptionalLong;

/**
 * How far the log was durable and settled at which time: samples of the last hours, from which "synced by" and "settled by"
 * are read within the distance of two samples. Any thread; locked, once in a second.
 */
public final class Timeline {
    /** How often somebody should call {@link #sample}. */
    public static final long EVERY_MS = 1_000;

    private final long[] atMs;
    private final long[] durableEnd;
    private final long[] settledBefore;
    private int count;
    private int next;

    /** @param samples how many are kept; the oldest goes when another one comes */
    public Timeline(int samples) {
        atMs = new long[samples];
        durableEnd = new long[samples];
        settledBefore = new long[samples];
    }

    /** Keeps nothing where nothing has moved. */
    public synchronized void sample(long nowMs, long durable, long settled) {
        int last = Math.floorMod(next - 1, atMs.length);
        if (count > 0 && durableEnd[last] == durable && settledBefore[last] == settled) {
            return;
        }
        atMs[next] = nowMs;
        durableEnd[next] = durable;
        settledBefore[next] = settled;
        next = (next + 1) % atMs.length;
        count = Math.min(count + 1, atMs.length);
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
