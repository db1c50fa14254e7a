package io.forebay.simulator;

import io.forebay.simulator.ledger.Ledger;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.proton.ProtonDelivery;
import java.util.Random;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;

/**
 * Receives what the broker has on one address, enters it in the ledger and accepts it; reconnects for as long as the run
 * lasts. Owned by the event loop of the run.
 */
final class AmqpConsumer implements ConsumerSide {
    private static final int CREDIT = 1000;
    private static final byte[] NOTHING = new byte[0];

    private final Vertx vertx;
    private final AmqpTarget target;
    private final Ledger ledger;
    private final MicroClock clock;
    private final Backoff backoff;

    private AmqpAttachment attachment;
    private boolean closed;
    private long reconnects;
    private String lastTrouble = "";

    AmqpConsumer(Vertx vertx, AmqpTarget target, Ledger ledger, MicroClock clock, long seed) {
        this.vertx = vertx;
        this.target = target;
        this.ledger = ledger;
        this.clock = clock;
        backoff = new Backoff(new Random(seed));
    }

    @Override
    public Future<Void> start() {
        return attach().mapEmpty();
    }

    private Future<AmqpAttachment> attach() {
        return AmqpAttachment.open(vertx, target, CREDIT, this::onMessage).onSuccess(opened -> {
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

    private void onMessage(ProtonDelivery delivery, Message message) {
        long nowUs = clock.nowUs();
        if (message.getBody() instanceof Data data && data.getValue() != null) {
            ledger.arrived(
                    data.getValue().getArray(),
                    data.getValue().getArrayOffset(),
                    data.getValue().getLength(),
                    message.getMessageId(),
                    nowUs);
        } else {
            ledger.arrived(NOTHING, 0, 0, null, nowUs);
        }
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
