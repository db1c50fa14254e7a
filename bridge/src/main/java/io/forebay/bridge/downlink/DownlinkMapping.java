package io.forebay.bridge.downlink;

import io.forebay.bridge.downlink.DownlinkAddress.Settle;
import io.forebay.bridge.reply.CorrelationId;
import io.forebay.bridge.reply.ReplyTopics;
import io.forebay.storage.Message;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Makes the MQTT message of an AMQP message. Whatever comes, it is either that or a refusal with a reason.
 *
 * <ul>
 *   <li>topic: from the address's template or the first of its sources that is there
 *   <li>QoS: annotation {@code x-opt-mqtt-qos} (a number, or as text); else 0 if the header says durable=false, else 1. A
 *       header that says nothing is taken as durable, as RabbitMQ does: a command must not be lost on a sleeping device
 *       because somebody left a default
 *   <li>RETAIN: annotation {@code x-opt-mqtt-retain}, {@code x-opt-retain} or {@code x-opt-retain-message}
 *   <li>Message Expiry Interval: what is left of ttl, of absolute-expiry-time and of the time within which it is to be
 *       delivered, the shortest, rounded up to seconds; 0 counts as none, as with JMS
 *   <li>Content Type: content-type; {@code application/json} for a body that had to be written as JSON
 *   <li>Response Topic, Correlation Data: see {@link ReplyTopics}. A request without correlation-id is known by its
 *       message-id, as with JMS
 *   <li>User Properties: application-properties, in order, as {@link TextForm} writes them
 *   <li>Payload: data sections joined; a value that is text, in UTF-8; a binary value; any other value, and sequences, as JSON
 *   <li>Payload Format Indicator: 1 for text of these, or if annotation {@code x-opt-mqtt-payload-format-indicator} says so
 *       and it is true
 * </ul>
 */
final class DownlinkMapping {
    /** The client id of what came over AMQP. */
    static final String CLIENT_ID = "amqp";

    /** Type and length of a PUBLISH, lengths of topic and properties, packet id (MQTT-3.3). */
    private static final int PACKET_OVERHEAD = 1 + 4 + 2 + 2 + 4;

    private static final int TOPIC_BYTES_MAX = 0xffff;
    private static final long UINT_MAX = 0xffff_ffffL;
    private static final String JSON = "application/json";
    private static final byte[] NOTHING = {};
    private static final List<String> RETAIN_ANNOTATIONS =
            List.of("x-opt-mqtt-retain", "x-opt-retain", "x-opt-retain-message");

    private final int packetBytesMax;
    private final ReplyTopics replies;
    private final LongSupplier nowMs;
    private final Runnable onLeftOut;

    /** @param onLeftOut told of each message some of whose properties do not fit into MQTT and were left out */
    DownlinkMapping(int packetBytesMax, ReplyTopics replies, LongSupplier nowMs, Runnable onLeftOut) {
        this.packetBytesMax = packetBytesMax;
        this.replies = replies;
        this.nowMs = nowMs;
        this.onLeftOut = onLeftOut;
    }

    /** @param clientId the device whose address it came from, if it is the address of one device */
    Message map(DownlinkAddress address, Optional<String> clientId, ByteBuffer encoded) throws Refused {
        ReceivedMessage received = ReceivedMessage.read(encoded);
        long now = nowMs.getAsLong();
        String topic = checked(topic(address, clientId, received));
        WireProperties properties = new WireProperties();
        byte[] payload = payload(received);
        format(received, payload, properties);
        expiry(received, now, address, properties);
        if (received.replyTo() != null) {
            topic = request(address, topic, received, properties);
        } else if (received.correlationId() != null) {
            properties.correlationData(
                    CorrelationId.of(received.correlationId()).data());
        }
        received.applicationProperties()
                .forEach((name, value) -> properties.user(TextForm.of(name), TextForm.of(value)));
        if (properties.leftOut() > 0) {
            onLeftOut.run();
        }
        Message message = new Message(
                now,
                CLIENT_ID,
                topic,
                qos(received),
                retain(received),
                false,
                Message.FROM_AMQP,
                0,
                properties.toArray(),
                payload);
        checkSize(message);
        return message;
    }

    // ---- topic ----

    private static String topic(DownlinkAddress address, Optional<String> clientId, ReceivedMessage received)
            throws Refused {
        if (!address.topic().isEmpty()) {
            return fixedTopic(address, clientId, received);
        }
        for (TopicSource source : address.topicFrom()) {
            String found =
                    switch (source) {
                        case ANNOTATION -> received.annotation("x-opt-mqtt-topic") instanceof String text ? text : null;
                        case SUBJECT -> received.subject();
                        case TO -> address.address().equals(received.to()) ? null : received.to();
                    };
            if (found != null) {
                return found;
            }
        }
        throw new Refused(
                Refused.INVALID_FIELD, "It has no MQTT topic; this address takes it from " + address.topicFrom());
    }

    private static String fixedTopic(DownlinkAddress address, Optional<String> clientId, ReceivedMessage received)
            throws Refused {
        String topic = clientId.map(id -> address.topic().replace(DownlinkAddress.CLIENT_ID, id))
                .orElse(address.topic());
        if (!topic.contains(DownlinkAddress.SUBJECT)) {
            return topic;
        }
        if (received.subject() == null) {
            throw new Refused(Refused.INVALID_FIELD, "It has no subject, which is part of the MQTT topic here");
        }
        return topic.replace(DownlinkAddress.SUBJECT, received.subject());
    }

    /** MQTT-3.3.2-1, MQTT-3.3.2-2, MQTT-4.7.3. */
    private static String checked(String topic) throws Refused {
        if (topic.isEmpty()) {
            throw new Refused(Refused.INVALID_FIELD, "The MQTT topic is empty");
        }
        if (topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0) {
            throw new Refused(Refused.INVALID_FIELD, "The MQTT topic has a wildcard, + or #");
        }
        if (topic.indexOf('\0') >= 0) {
            throw new Refused(Refused.INVALID_FIELD, "The MQTT topic has a character U+0000");
        }
        if (topic.startsWith(ReplyTopics.OWN)) {
            throw new Refused(
                    Refused.INVALID_FIELD, "Topics that begin with " + ReplyTopics.OWN + " are Forebay's own");
        }
        return fitting(topic);
    }

    private static String fitting(String topic) throws Refused {
        if (topic.length() > TOPIC_BYTES_MAX || topic.getBytes(StandardCharsets.UTF_8).length > TOPIC_BYTES_MAX) {
            throw new Refused(Refused.INVALID_FIELD, "The MQTT topic is longer than " + TOPIC_BYTES_MAX + " bytes");
        }
        return topic;
    }

    // ---- flags ----

    private static int qos(ReceivedMessage received) throws Refused {
        Object annotation = received.annotation("x-opt-mqtt-qos");
        if (annotation == null) {
            return Boolean.FALSE.equals(received.durable()) ? 0 : 1;
        }
        return switch (TextForm.of(annotation)) {
            case "0" -> 0;
            case "1" -> 1;
            case "2" -> 2;
            default -> throw new Refused(Refused.INVALID_FIELD, "x-opt-mqtt-qos is none of 0, 1, 2");
        };
    }

    private static boolean retain(ReceivedMessage received) {
        return RETAIN_ANNOTATIONS.stream().map(received::annotation).anyMatch(DownlinkMapping::isSet);
    }

    private static boolean isSet(Object flag) {
        String text = TextForm.of(flag);
        return text.equals("true") || text.equals("1");
    }

    // ---- body ----

    private static byte[] payload(ReceivedMessage received) {
        return switch (received.body()) {
            case NONE -> NOTHING;
            case DATA -> joined(received.content());
            case SEQUENCE -> utf8(TextForm.json(received.content()));
            case VALUE -> valuePayload(received.content().get(0));
        };
    }

    private static byte[] joined(List<Object> sections) {
        if (sections.size() == 1) {
            return (byte[]) sections.get(0);
        }
        int length = 0;
        for (Object section : sections) {
            length += ((byte[]) section).length;
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        sections.forEach(section -> joined.put((byte[]) section));
        return joined.array();
    }

    private static byte[] valuePayload(Object value) {
        if (value == null) {
            return NOTHING;
        }
        if (value instanceof byte[] binary) {
            return binary;
        }
        return utf8(value instanceof String text ? text : TextForm.json(value));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void format(ReceivedMessage received, byte[] payload, WireProperties properties) {
        boolean value = received.body() == ReceivedMessage.Body.VALUE;
        Object only = value ? received.content().get(0) : null;
        boolean binary = value && (only == null || only instanceof byte[]);
        boolean json =
                received.body() == ReceivedMessage.Body.SEQUENCE || (value && !binary && !(only instanceof String));
        boolean said = isSet(received.annotation("x-opt-mqtt-payload-format-indicator")) && isText(payload);
        if (json || only instanceof String || said) {
            properties.payloadIsText();
        }
        if (received.contentType() != null) {
            properties.contentType(received.contentType());
        } else if (json) {
            properties.contentType(JSON);
        }
    }

    private static boolean isText(byte[] payload) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)) != null;
        } catch (CharacterCodingException notText) {
            return false;
        }
    }

    // ---- properties ----

    private static void expiry(ReceivedMessage received, long now, DownlinkAddress address, WireProperties properties)
            throws Refused {
        // What is released then must not be delivered from a queue as well.
        long leftMs = address.settle() == Settle.DELIVERED ? address.deliverWithinMs() : Long.MAX_VALUE;
        Long ttl = received.ttlMs();
        if (ttl != null && ttl > 0) {
            leftMs = Math.min(leftMs, ttl);
        }
        Instant absolute = received.absoluteExpiryTime();
        if (absolute != null && absolute.toEpochMilli() != 0) {
            long at = absolute.toEpochMilli();
            if (at <= now) {
                throw new Refused(Refused.PRECONDITION_FAILED, "It had expired when it came, at " + absolute);
            }
            leftMs = Math.min(leftMs, at - now);
        }
        if (leftMs != Long.MAX_VALUE) {
            properties.expirySeconds(Math.min((leftMs - 1) / 1000 + 1, UINT_MAX));
        }
    }

    private String request(DownlinkAddress address, String topic, ReceivedMessage received, WireProperties properties)
            throws Refused {
        if (!ReplyTopics.takes(received.replyTo())) {
            throw new Refused(Refused.INVALID_FIELD, "The address in reply-to is too long");
        }
        Object id = received.correlationId() == null ? received.messageId() : received.correlationId();
        CorrelationId correlation = CorrelationId.of(id);
        properties.responseTopic(replies.responseTopic(received.replyTo(), correlation));
        if (correlation.kind() != CorrelationId.Kind.NONE) {
            properties.correlationData(correlation.data());
        }
        return address.replyInTopic() ? fitting(replies.requestTopic(topic, received.replyTo(), correlation)) : topic;
    }

    private void checkSize(Message message) throws Refused {
        long bytes = (long) PACKET_OVERHEAD
                + utf8(message.topic()).length
                + message.properties().length
                + message.payload().length;
        if (bytes > packetBytesMax) {
            throw new Refused(
                    Refused.TOO_LARGE,
                    "As an MQTT packet it would have " + bytes + " bytes; mqtt.packet-bytes-max is " + packetBytesMax);
        }
    }
}
