package io.forebay.gateway.mqtt;

import io.forebay.storage.Message;
import io.forebay.storage.MessageLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.vertx.core.AsyncResult;
import java.util.HashSet;
import java.util.Set;

/**
 * Steps 1 and 3 of the walk: takes what the device publishes to the log, and acknowledges it once it is durable. The
 * log completes in the order of the calls, so acknowledgements leave in the order received (MQTT-4.6.0-2, -3). Owned by
 * the connection's event loop.
 */
final class InboundPublishes {
    private static final byte SUCCESS = 0;

    private final MqttConnection connection;
    private final MqttSetup setup;
    private final Outbound outbound;
    private final SocketPause socketPause;
    private final TopicAliases aliases;
    private final int inFlightMax;

    private int appendsInFlight;
    /** Those of them that nothing in the protocol bounds. */
    private int unboundedInFlight;

    private int qos1InFlight;
    /** Packet ids whose PUBCOMP has not left: they count against Receive Maximum (MQTT-4.9). */
    private final Set<Integer> qos2InFlight = new HashSet<>();

    InboundPublishes(MqttConnection connection, MqttSetup setup, Outbound outbound, SocketPause socketPause) {
        this.connection = connection;
        this.setup = setup;
        this.outbound = outbound;
        this.socketPause = socketPause;
        this.aliases = new TopicAliases(setup.config().topicAliasMaximum());
        this.inFlightMax = setup.config().receiveMaximum();
    }

    /** Throws {@link ProtocolViolation}. */
    void onPublish(MqttPublishMessage packet) {
        int qos = packet.fixedHeader().qosLevel().value();
        int packetId = qos == 0 ? 0 : packet.variableHeader().packetId();
        Message message = message(packet, qos, packetId);
        if (qos > 0) {
            claim(qos, packetId);
        }
        setup.meters().published(qos);
        started(isUnbounded(qos));
        setup.log().append(message).onComplete(done -> onStored(qos, packetId, done));
        pauseIfFull();
    }

    /** PUBREL: the release must be durable before PUBCOMP leaves. */
    void onRelease(int packetId) {
        started(true);
        setup.log().release(connection.clientId(), packetId).onComplete(done -> onReleased(packetId, done));
        pauseIfFull();
    }

    boolean isIdle() {
        return appendsInFlight == 0;
    }

    private Message message(MqttPublishMessage packet, int qos, int packetId) {
        String topic = aliases.resolve(packet.variableHeader());
        ByteBuf payload = packet.payload();
        return new Message(
                System.currentTimeMillis(),
                connection.clientId(),
                topic,
                qos,
                packet.fixedHeader().isRetain(),
                packet.fixedHeader().isDup(),
                connection.protocolLevel(),
                packetId,
                PublishProperties.encode(packet.variableHeader().properties()),
                ByteBufUtil.getBytes(payload, payload.readerIndex(), payload.readableBytes(), true));
    }

    private void claim(int qos, int packetId) {
        boolean isNew = qos == 1 || !qos2InFlight.contains(packetId);
        if (isNew && connection.protocolLevel() >= 5 && qos1InFlight + qos2InFlight.size() >= inFlightMax) {
            throw new ProtocolViolation(
                    MqttReasonCodes.Disconnect.RECEIVE_MAXIMUM_EXCEEDED,
                    "more than receive-maximum, " + inFlightMax + ", messages are unacknowledged"); // MQTT-3.3.4-9
        }
        if (qos == 1) {
            qos1InFlight++;
        } else {
            qos2InFlight.add(packetId);
        }
    }

    private void onStored(int qos, int packetId, AsyncResult<MessageLog.Appended> done) {
        settled(isUnbounded(qos));
        if (done.failed()) {
            connection.onLogFault(done.cause());
            return;
        }
        if (done.result() == MessageLog.Appended.REPEATED) {
            setup.meters().repeated();
        }
        if (qos > 0 && connection.maySend()) {
            if (qos == 1) {
                qos1InFlight--;
            }
            setup.meters().acknowledged(qos);
            outbound.acknowledge(qos == 1 ? MqttMessageType.PUBACK : MqttMessageType.PUBREC, packetId, SUCCESS);
        }
        connection.onSettled();
    }

    private void onReleased(int packetId, AsyncResult<MessageLog.Released> done) {
        settled(true);
        if (done.failed()) {
            connection.onLogFault(done.cause());
            return;
        }
        if (connection.maySend()) {
            qos2InFlight.remove(packetId);
            boolean unknown = done.result() == MessageLog.Released.UNKNOWN && connection.protocolLevel() >= 5;
            outbound.acknowledge(
                    MqttMessageType.PUBCOMP,
                    packetId,
                    unknown ? MqttReasonCodes.PubComp.PACKET_IDENTIFIER_NOT_FOUND.byteValue() : SUCCESS);
        }
        connection.onSettled();
    }

    /** MQTT 3.1.1 has no Receive Maximum and QoS 0 no acknowledgement: there TCP has to hold the device back. */
    private boolean isUnbounded(int qos) {
        return qos == 0 || connection.protocolLevel() < 5;
    }

    private void started(boolean unbounded) {
        appendsInFlight++;
        unboundedInFlight += unbounded ? 1 : 0;
    }

    private void settled(boolean unbounded) {
        appendsInFlight--;
        unboundedInFlight -= unbounded ? 1 : 0;
        if (unboundedInFlight <= inFlightMax / 2) {
            socketPause.resume(SocketPause.Reason.IN_FLIGHT);
        }
    }

    private void pauseIfFull() {
        if (unboundedInFlight >= inFlightMax && socketPause.pause(SocketPause.Reason.IN_FLIGHT)) {
            setup.meters().paused();
        }
        if (!setup.log().hasRoom() && socketPause.pause(SocketPause.Reason.LOG)) {
            setup.meters().paused();
            setup.log().room().onComplete(room -> socketPause.resume(SocketPause.Reason.LOG));
        }
    }
}
