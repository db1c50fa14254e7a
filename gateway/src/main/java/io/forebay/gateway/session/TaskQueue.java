package io.forebay.gateway.session;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * What waits for the thread forebay-sessions: any thread puts in, that thread takes out. It is bounded by what connections
 * may have under way: their windows, and one call of each other kind for each packet that the socket has given.
 */
final class TaskQueue {
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private volatile Thread parked;
    private volatile boolean woken;
    private volatile boolean sealed;

    /** Any thread. @return false if nothing is taken any more */
    boolean put(Runnable task) {
        if (sealed) {
            return false;
        }
        waiting.add(task);
        if (sealed && waiting.remove(task)) {
            return false;
        }
        wake();
        return true;
    }

    /** Any thread. There is something to do. */
    void wake() {
        woken = true;
        Thread sleeper = parked;
        if (sleeper != null) {
            LockSupport.unpark(sleeper);
        }
    }

    /** The oldest, which stays; or null. */
    Runnable peek() {
        return waiting.peek();
    }

    Runnable poll() {
        return waiting.poll();
    }

    /** Waits until something was put in, or {@link #wake} was called since the last time, but not longer than this. */
    void await(long nanos) {
        parked = Thread.currentThread();
        if (!woken) {
            LockSupport.parkNanos(this, nanos);
        }
        parked = null;
        woken = false;
    }

    /** Waits so long, whatever is put in. */
    void pause(long nanos) {
        LockSupport.parkNanos(this, nanos);
    }

    /** Nothing is put in any more; what waits is shown to {@code each}. */
    void seal(Consumer<Runnable> each) {
        sealed = true;
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            each.accept(task);
        }
    }
}
