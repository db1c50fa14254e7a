package io.forebay.simulator;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.proton.ProtonMessageHandler;
import java.util.Random;

/**
 * Receives what the broker has on one address and accepts it, unless its handler has decided otherwise; reconnects for as
 * long as the run lasts. Owned by the event loop of the run.
 */
final class AmqpConsumer implements ConsumerSide {
    static final int CREDIT = 1000;

    private final Vertx vertx;
    private final AmqpTarget target;
    private final ProtonMessageHandler handler;
    private final int credit;
    private final Backoff backoff;

    private AmqpAttachment attachment;
    private boolean closed;
    private long reconnects;
    private String lastTrouble = "";

    AmqpConsumer(Vertx vertx, AmqpTarget target, int credit, ProtonMessageHandler handler, long seed) {
        this.vertx = vertx;
        this.target = target;
        this.credit = credit;
        this.handler = handler;
        backoff = new Backoff(new Random(seed));
    }

    @Override
    public Future<Void> start() {
        return attach().mapEmpty();
    }

    private Future<AmqpAttachment> attach() {
        return AmqpAttachment.open(vertx, target, credit, handler).onSuccess(opened -> {
            attachment = opened;
            backoff.reset();
            if (closed) {
                opened.close();
            }
            opened.lost().onSuccess(this::reconnectLater);
        });
    }

    private void reconnectLater(String reason) {
        if (closed) {
            return;
        }
        lastTrouble = reason;
        vertx.setTimer(backoff.nextDelayMs(), id -> {
            if (!closed) {
                reconnects++;
                attach().onFailure(failure -> reconnectLater(failure.getMessage()));
            }
        });
    }

    @Override
    public long reconnects() {
        return reconnects;
    }

    @Override
    public String lastTrouble() {
        return lastTrouble;
    }

    @Override
    public void close() {
        closed = true;
        if (attachment != null) {
            attachment.close();
        }
    }
}
