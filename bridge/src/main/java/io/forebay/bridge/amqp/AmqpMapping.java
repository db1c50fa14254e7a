package io.forebay.bridge.amqp;

import io.forebay.storage.Message;
import io.forebay.storage.Position;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Owned by the bridge's thread: makes the AMQP 1.0 message of an MQTT message. It never fails, whatever the message holds.
 *
 * <ul>
 *   <li>header: durable at every QoS: a broker that forgets a QoS 0 message it has accepted, and is sent it again after a
 *       crash of ours, would deliver it behind later ones of its lane; ttl is what is left of the message expiry interval
 *   <li>message annotations: {@code x-opt-mqtt-topic}, {@code x-opt-mqtt-client-id}, {@code x-opt-mqtt-qos} (int), {@code
 *       x-opt-mqtt-retain}, {@code x-opt-mqtt-dup}, and if given {@code x-opt-mqtt-payload-format-indicator} (ubyte)
 *   <li>properties: message-id is gateway and position, so that the same record has the same id whenever it is sent; to is
 *       the address, subject the topic, creation-time the arrival; reply-to, correlation-id (binary) and content-type from
 *       MQTT 5
 *   <li>application properties: the user properties, in order; see {@link PublishProperties} for names that repeat
 *   <li>body: the payload as one data section
 * </ul>
 */
final class AmqpMapping {
    private static final byte[] DURABLE = {0x00, 0x53, SectionWriter.HEADER, (byte) 0xc0, 0x02, 0x01, 0x41};
    private static final byte[] TOPIC = symbol("x-opt-mqtt-topic");
    private static final byte[] CLIENT_ID = symbol("x-opt-mqtt-client-id");
    private static final byte[] QOS = symbol("x-opt-mqtt-qos");
    private static final byte[] RETAIN = symbol("x-opt-mqtt-retain");
    private static final byte[] DUP = symbol("x-opt-mqtt-dup");
    private static final byte[] PAYLOAD_FORMAT = symbol("x-opt-mqtt-payload-format-indicator");
    private static final long UINT_MAX = 0xffff_ffffL;

    private final String idPrefix;
    private final LongSupplier nowMs;
    private final Runnable onSkipped;
    private final SectionWriter writer = new SectionWriter();

    /** @param onSkipped told of each message some of whose properties were left out */
    AmqpMapping(String gatewayId, LongSupplier nowMs, Runnable onSkipped) {
        this.idPrefix = gatewayId + "-";
        this.nowMs = nowMs;
        this.onSkipped = onSkipped;
    }

    private static byte[] symbol(String name) {
        SectionWriter writer = new SectionWriter();
        writer.symbol(name);
        return writer.toArray(0);
    }

    byte[] encode(long position, Message message, String address) {
        PublishProperties mqtt = PublishProperties.read(message.properties());
        if (mqtt.skipped()) {
            onSkipped.run();
        }
        writer.clear();
        header(message, mqtt);
        annotations(message, mqtt);
        properties(position, message, address, mqtt);
        applicationProperties(mqtt.user());
        byte[] payload = message.payload();
        writer.dataOf(payload.length);
        byte[] encoded = writer.toArray(payload.length);
        System.arraycopy(payload, 0, encoded, writer.size(), payload.length);
        return encoded;
    }

    private void header(Message message, PublishProperties mqtt) {
        if (!mqtt.hasExpiry()) {
            writer.raw(DURABLE);
            return;
        }
        int mark = writer.beginList(SectionWriter.HEADER);
        writer.bool(true);
        writer.nothing();
        long leftMs = message.arrivedAtMs() + mqtt.expirySeconds() * 1000 - nowMs.getAsLong();
        // Not 0, which brokers with a JMS past read as "for ever".
        writer.uint(Math.min(Math.max(leftMs, 1), UINT_MAX));
        writer.end(mark, 3);
    }

    private void annotations(Message message, PublishProperties mqtt) {
        int mark = writer.beginMap(SectionWriter.MESSAGE_ANNOTATIONS);
        writer.raw(TOPIC);
        writer.string(message.topic());
        writer.raw(CLIENT_ID);
        writer.string(message.clientId());
        writer.raw(QOS);
        writer.smallInt(message.qos());
        writer.raw(RETAIN);
        writer.bool(message.retain());
        writer.raw(DUP);
        writer.bool(message.dup());
        if (mqtt.hasPayloadFormat()) {
            writer.raw(PAYLOAD_FORMAT);
            writer.ubyte(mqtt.payloadFormat());
        }
        writer.end(mark, mqtt.hasPayloadFormat() ? 12 : 10);
    }

    private void properties(long position, Message message, String address, PublishProperties mqtt) {
        int mark = writer.beginList(SectionWriter.PROPERTIES);
        writer.string(idPrefix + Position.text(position));
        writer.nothing(); // user-id
        writer.string(address);
        writer.string(message.topic());
        optional(mqtt.responseTopic());
        if (mqtt.correlationData() == null) {
            writer.nothing();
        } else {
            writer.binary(mqtt.correlationData());
        }
        if (mqtt.contentType() == null) {
            writer.nothing();
        } else {
            writer.symbol(mqtt.contentType());
        }
        writer.nothing(); // content-encoding
        writer.nothing(); // absolute-expiry-time
        writer.timestamp(message.arrivedAtMs());
        writer.end(mark, 10);
    }

    private void optional(String value) {
        if (value == null) {
            writer.nothing();
        } else {
            writer.string(value);
        }
    }

    private void applicationProperties(Map<String, String> user) {
        if (user.isEmpty()) {
            return;
        }
        int mark = writer.beginMap(SectionWriter.APPLICATION_PROPERTIES);
        user.forEach((name, value) -> {
            writer.string(name);
            writer.string(value);
        });
        writer.end(mark, 2 * user.size());
    }
}
