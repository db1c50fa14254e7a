package io.forebay.bridge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/** A quarantine in memory, for any thread; it answers at once, or when it is told to. */
final class FakeQuarantine implements Quarantine {
    private final Map<Long, QuarantinedMessage> kept = new TreeMap<>();
    private final ArrayDeque<Runnable> late = new ArrayDeque<>();
    private int max = Integer.MAX_VALUE;
    private boolean isLate;

    synchronized void max(int other) {
        max = other;
    }

    /** From now on nothing is kept before {@link #answer}. */
    synchronized void late() {
        isLate = true;
    }

    @Override
    public synchronized Future<Void> put(QuarantinedMessage message) {
        Promise<Void> done = Promise.promise();
        if (isLate) {
            late.add(() -> keep(message, done));
        } else {
            keep(message, done);
        }
        return done.future();
    }

    private void keep(QuarantinedMessage message, Promise<Void> done) {
        synchronized (this) {
            if (kept.size() >= max) {
                done.fail("the quarantine is full");
                return;
            }
            kept.put(message.position(), message);
        }
        done.complete();
    }

    /** Answers the oldest request that waits. */
    void answer() {
        Runnable next;
        synchronized (this) {
            next = late.poll();
        }
        if (next != null) {
            next.run();
        }
    }

    /** What was not answered is not kept. */
    synchronized void crash() {
        late.clear();
    }

    synchronized boolean holds(long position) {
        return kept.containsKey(position);
    }

    synchronized QuarantinedMessage get(long position) {
        return kept.get(position);
    }

    @Override
    public synchronized long messages() {
        return kept.size();
    }

    @Override
    public synchronized long bytes() {
        return kept.size() * 100L;
    }
}
