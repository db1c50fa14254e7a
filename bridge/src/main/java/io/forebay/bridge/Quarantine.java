package io.forebay.bridge;

import io.vertx.core.Future;

/** Keeps, durably, the messages that the broker does not take. Any thread may call it. */
public interface Quarantine {
    /**
     * Keeps a message; one that stands there already is replaced.
     *
     * @return succeeds when it is durable, only then may it count as settled; fails, with a sentence, if it is not kept:
     *     the quarantine is full, or the disk. May complete on any thread.
     */
    Future<Void> put(QuarantinedMessage message);

    /**
     * What it holds at and after a position.
     *
     * @return what was put before is in it, if it is kept; fails if that cannot be read. May complete on any thread.
     */
    Future<QuarantinedEarlier> heldFrom(long position);

    /** How many it holds. */
    long messages();

    /** What they occupy, roughly. */
    long bytes();

    /** What is said of a message that it has taken. */
    default String taken() {
        return "A message is put into the quarantine";
    }

    /** None: what would go there blocks its lane. */
    static Quarantine none() {
        return new Quarantine() {
            @Override
            public Future<Void> put(QuarantinedMessage message) {
                return Future.failedFuture("there is no quarantine");
            }

            @Override
            public Future<QuarantinedEarlier> heldFrom(long position) {
                return Future.succeededFuture(QuarantinedEarlier.NOTHING);
            }

            @Override
            public long messages() {
                return 0;
            }

            @Override
            public long bytes() {
                return 0;
            }
        };
    }
}
