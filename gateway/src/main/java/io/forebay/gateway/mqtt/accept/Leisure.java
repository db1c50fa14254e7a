package io.forebay.gateway.mqtt.accept;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Work that can wait: a little of it at a time, and between two parts as long again for the sockets of the event loop and for
 * others who need a processor. Owned by that event loop; how much waits may be asked by any thread.
 */
final class Leisure implements Runnable {
    /** About what an established device may be kept waiting for, in each turn. */
    private static final long PART_NS = TimeUnit.MICROSECONDS.toNanos(500);
    /** What a piece sets off comes behind it and is not in its time. */
    private static final int PIECES_MAX = 8;

    private final EventExecutor eventLoop;
    private final AtomicInteger waitingOfAll;
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    /** @param waitingOfAll how much waits, over all event loops */
    Leisure(EventExecutor eventLoop, AtomicInteger waitingOfAll) {
        this.eventLoop = eventLoop;
        this.waitingOfAll = waitingOfAll;
    }

    void add(Runnable work) {
        waitingOfAll.incrementAndGet();
        waiting.add(work);
        if (waiting.size() == 1) {
            runLater(1);
        }
    }

    @Override
    public void run() {
        long begin = System.nanoTime();
        long end = begin + PART_NS;
        int pieces = 0;
        do {
            // It leaves the line afterwards: what it adds must not begin a second round of turns.
            waiting.element().run();
            waiting.remove();
            waitingOfAll.decrementAndGet();
            pieces++;
        } while (!waiting.isEmpty() && pieces < PIECES_MAX && System.nanoTime() - end < 0);
        if (!waiting.isEmpty()) {
            runLater(System.nanoTime() - begin);
        }
    }

    /** A task would be run before the sockets are looked after; what is due at a time is run after that. */
    @SuppressWarnings("FutureReturnValueIgnored") // It comes, or the loop has ended.
    private void runLater(long afterNs) {
        eventLoop.schedule(this, afterNs, TimeUnit.NANOSECONDS);
    }
}
