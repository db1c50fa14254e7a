package io.forebay.simulator;

import io.forebay.simulator.ledger.Ledger;
import io.forebay.simulator.scenario.ConnectionSpec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Random;

/**
 * Receives through an MQTT subscription with a session that outlives the connection, for brokers that speak nothing else.
 * Subscribes at QoS 1, so repeats are to be expected, and they carry no id. Owned by the event loop of the run.
 */
final class MqttConsumer implements ConsumerSide, MqttLink.Listener {
    private static final long PING_MS = 20_000;
    private static final int QOS = 1;

    private final Vertx vertx;
    private final Dialler dialler;
    private final ConnectionSpec connection;
    private final List<String> filters;
    private final Ledger ledger;
    private final MicroClock clock;
    private final Backoff backoff;
    private final Promise<Void> subscribed = Promise.promise();
    private MqttLink link;
    private boolean closed;
    private long reconnects;
    private String lastTrouble = "";

    MqttConsumer(Vertx vertx, Subscription subscription, Ledger ledger, MicroClock clock) {
        this.vertx = vertx;
        connection = subscription.connection();
        filters = subscription.filters();
        this.ledger = ledger;
        this.clock = clock;
        dialler = new Dialler(vertx, subscription.target(), connection);
        backoff = new Backoff(new Random(ledger.runId()));
    }

    @Override
    public Future<Void> start() {
        dial();
        vertx.setPeriodic(PING_MS, id -> {
            if (closed) {
                vertx.cancelTimer(id);
            } else if (link != null) {
                link.send(MqttMessage.PINGREQ);
            }
        });
        return subscribed
                .future()
                .recover(failure ->
                        Future.failedFuture(ConnectFailure.of("the MQTT broker at " + dialler.target(), failure)));
    }

    private void dial() {
        dialler.open(0, this)
                .onSuccess(opened -> {
                    link = opened;
                    link.send(MqttPackets.connect(connection, 0, clientId(), false, ""));
                })
                .onFailure(failure -> {
                    if (!subscribed.tryFail(failure)) {
                        comeBackLater(ConnectFailure.reason(failure));
                    }
                });
    }

    private String clientId() {
        return "sim-" + String.format("%08x", (int) ledger.runId()) + "-consumer";
    }

    @Override
    public void onPacket(MqttMessage packet) {
        switch (packet.fixedHeader().messageType()) {
            case CONNACK -> onConnAck((MqttConnAckMessage) packet);
            case SUBACK -> onSubAck((MqttSubAckMessage) packet);
            case PUBLISH -> onPublish((MqttPublishMessage) packet);
            case PUBREL -> link.send(MqttPackets.reply(MqttMessageType.PUBCOMP, MqttPackets.packetId(packet)));
            case PINGRESP -> {}
            case DISCONNECT -> link.close("the broker sent DISCONNECT" + MqttReasons.of(packet));
            case CONNECT, PUBACK, PUBREC, PUBCOMP, SUBSCRIBE, UNSUBSCRIBE, UNSUBACK, PINGREQ, AUTH ->
                link.close("it sent " + packet.fixedHeader().messageType() + ", which a consumer never asked for");
        }
    }

    private void onConnAck(MqttConnAckMessage packet) {
        if (!ConnAck.accepts(packet)) {
            link.close("it refuses the consumer: " + ConnAck.refusal(packet));
        } else {
            backoff.reset();
            link.send(MqttPackets.subscribe(filters, 0, QOS));
        }
    }

    private void onSubAck(MqttSubAckMessage packet) {
        if (packet.payload().reasonCodes().stream().anyMatch(code -> code >= 0x80)) {
            link.close("it refuses the subscription");
        } else {
            subscribed.tryComplete();
        }
    }

    private void onPublish(MqttPublishMessage packet) {
        ByteBuf payload = packet.payload();
        if (payload.hasArray()) {
            ledger.arrived(
                    payload.array(),
                    payload.arrayOffset() + payload.readerIndex(),
                    payload.readableBytes(),
                    null,
                    clock.nowUs());
        } else {
            byte[] bytes = ByteBufUtil.getBytes(payload);
            ledger.arrived(bytes, 0, bytes.length, null, clock.nowUs());
        }
        int packetId = packet.variableHeader().packetId();
        switch (packet.fixedHeader().qosLevel()) {
            case AT_LEAST_ONCE -> link.send(MqttPackets.reply(MqttMessageType.PUBACK, packetId));
            case EXACTLY_ONCE -> link.send(MqttPackets.reply(MqttMessageType.PUBREC, packetId));
            case AT_MOST_ONCE, FAILURE -> {} // Nothing to answer.
        }
    }

    @Override
    public void onWritable() {}

    @Override
    public void onClosed(String reason) {
        if (!subscribed.tryFail(reason)) {
            comeBackLater(reason);
        }
    }

    private void comeBackLater(String reason) {
        if (!closed) {
            lastTrouble = reason;
            vertx.setTimer(backoff.nextDelayMs(), id -> {
                if (!closed) {
                    reconnects++;
                    dial();
                }
            });
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
        if (link != null) {
            link.send(MqttMessage.DISCONNECT);
            link.close("the run is over");
        }
    }
}
