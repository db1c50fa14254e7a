package io.forebay.bridge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.TreeMap;

/** A quarantine in memory, for any thread; it answers at once, or when it is told to. */
final class FakeQuarantine implements Quarantine {
    private record Request(QuarantinedMessage message, Promise<Void> done) {}

    private final TreeMap<Long, QuarantinedMessage> kept = new TreeMap<>();
    private final ArrayDeque<Request> late = new ArrayDeque<>();
    private int max = Integer.MAX_VALUE;
    private boolean isLate;
    private boolean failsOnce;

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
            late.add(new Request(message, done));
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

    /** The next time somebody asks what it holds. */
    synchronized void failOnce() {
        failsOnce = true;
    }

    @Override
    public synchronized Future<QuarantinedEarlier> heldFrom(long position) {
        if (failsOnce) {
            failsOnce = false;
            return Future.failedFuture("the quarantine cannot be read");
        }
        QuarantinedEarlier held = new QuarantinedEarlier();
        kept.tailMap(position).values().forEach(held::add);
        return Future.succeededFuture(held);
    }

    /** Answers the oldest request that waits. */
    void answer() {
        Request next;
        synchronized (this) {
            next = late.poll();
        }
        if (next != null) {
            keep(next.message(), next.done());
        }
    }

    /** What was on its way is there, or not; nobody is told. */
    synchronized void crash(Random random) {
        late.removeIf(each -> random.nextBoolean());
        late.forEach(each -> keep(each.message(), Promise.promise()));
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
