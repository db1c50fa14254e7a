package io.forebay.bridge;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What each route holds of the log, as far as others than the bridge's thread want to know it. Written by the bridge's
 * thread, some milliseconds late; any thread may ask, and wait until a route has room.
 */
final class Shares {
    /** One route. */
    static final class Share {
        final String name;
        final String target;
        final ShareConfig config;
        final AtomicLong bytes = new AtomicLong();
        final AtomicInteger segments = new AtomicInteger();
        /** Messages that were given up. */
        final LongAdder dropped = new LongAdder();

        private final Set<Runnable> waiting = new HashSet<>();
        private volatile boolean full;

        Share(String name, String target, ShareConfig config) {
            this.name = name;
            this.target = target;
            this.config = config;
        }

        boolean isFull() {
            return full;
        }
    }

    private final List<Share> all;
    private final AtomicInteger fullCount = new AtomicInteger();

    /** @param all in the order of {@link Routes#share} */
    Shares(List<Share> all) {
        this.all = List.copyOf(all);
    }

    List<Share> all() {
        return all;
    }

    Share get(int index) {
        return all.get(index);
    }

    /** Bridge's thread. */
    void update(int index, long bytes, int segments) {
        Share share = all.get(index);
        share.bytes.set(bytes);
        share.segments.set(segments);
        boolean full = segments >= share.config.segmentsMax();
        if (full != share.full) {
            turn(share, full);
        }
    }

    private void turn(Share share, boolean full) {
        List<Runnable> told;
        synchronized (share) {
            share.full = full;
            fullCount.addAndGet(full ? 1 : -1);
            told = full ? List.of() : new ArrayList<>(share.waiting);
            if (!full) {
                share.waiting.clear();
            }
        }
        told.forEach(Runnable::run);
    }

    /** Cheap, for it is asked for each message. */
    boolean isAnyFull() {
        return fullCount.get() > 0;
    }

    /**
     * Runs {@code told} once the route has room, at once if it has.
     *
     * @return gives up
     */
    @CanIgnoreReturnValue
    Runnable awaitRoom(int index, Runnable told) {
        Share share = all.get(index);
        synchronized (share) {
            if (share.full) {
                share.waiting.add(told);
                return () -> giveUp(share, told);
            }
        }
        told.run();
        return () -> {};
    }

    private static void giveUp(Share share, Runnable told) {
        synchronized (share) {
            share.waiting.remove(told);
        }
    }
}
