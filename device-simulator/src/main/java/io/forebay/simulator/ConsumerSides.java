package io.forebay.simulator;

import io.forebay.simulator.ledger.Ledger;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;

/** Whoever receives in a run: a consumer for each AMQP address, or one MQTT subscription. Owned by the event loop of the run. */
final class ConsumerSides implements ConsumerSide {
    private static final byte[] NOTHING = new byte[0];

    private final List<ConsumerSide> sides = new ArrayList<>();

    ConsumerSides(Vertx vertx, RunPlan plan, Ledger ledger, MicroClock clock) {
        switch (plan.verify()) {
            case AMQP -> {
                for (AmqpTarget target : plan.amqp()) {
                    sides.add(new AmqpConsumer(
                            vertx,
                            target,
                            AmqpConsumer.CREDIT,
                            (delivery, message) -> enter(message, ledger, clock.nowUs()),
                            ledger.runId() + sides.size()));
                }
            }
            case MQTT -> sides.add(new MqttConsumer(vertx, plan.subscription(), ledger, clock));
            case NONE -> {}
        }
    }

    private static void enter(Message message, Ledger ledger, long nowUs) {
        if (message.getBody() instanceof Data data && data.getValue() != null) {
            Binary bytes = data.getValue();
            ledger.arrived(bytes.getArray(), bytes.getArrayOffset(), bytes.getLength(), message.getMessageId(), nowUs);
        } else {
            ledger.arrived(NOTHING, 0, 0, null, nowUs);
        }
    }

    @Override
    public Future<Void> start() {
        return Future.all(sides.stream().map(ConsumerSide::start).toList()).mapEmpty();
    }

    @Override
    public long reconnects() {
        return sides.stream().mapToLong(ConsumerSide::reconnects).sum();
    }

    @Override
    public String lastTrouble() {
        return sides.stream()
                .map(ConsumerSide::lastTrouble)
                .filter(trouble -> !trouble.isEmpty())
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() {
        sides.forEach(ConsumerSide::close);
    }
}
