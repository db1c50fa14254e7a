package io.forebay.simulator;

import io.vertx.core.Future;

/**
 * Takes what comes out at the other end and enters it in the ledger; comes back after every loss for as long as the run
 * lasts. Owned by the event loop of the run.
 */
interface ConsumerSide {
    /** Succeeds when it receives for the first time; fails, for good, if that does not work. */
    Future<Void> start();

    long reconnects();

    /** Why it last lost its connection, or empty. */
    String lastTrouble();

    void close();
}
