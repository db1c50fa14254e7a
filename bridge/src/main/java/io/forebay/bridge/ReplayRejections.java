package io.forebay.bridge;

import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what the broker does not take of a replay, so that it goes on: the log has the message still, and where it was
 * delivered first nothing is missing. Any thread.
 */
final class ReplayRejections implements Quarantine {
    private final AtomicLong messages = new AtomicLong();

    @Override
    public Future<Void> put(QuarantinedMessage message) {
        messages.incrementAndGet();
        return Future.succeededFuture();
    }

    /** A replay sends what it is asked for, quarantined or not. */
    @Override
    public Future<QuarantinedEarlier> heldFrom(long position) {
        return Future.succeededFuture(QuarantinedEarlier.NOTHING);
    }

    @Override
    public String taken() {
        return "The broker does not take a message of a replay, it is left out";
    }

    @Override
    public long messages() {
        return messages.get();
    }

    @Override
    public long bytes() {
        return 0;
    }
}
