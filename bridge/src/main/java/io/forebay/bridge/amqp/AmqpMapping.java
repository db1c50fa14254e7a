package io.forebay.bridge.amqp;

import io.forebay.bridge.Entry;
import io.forebay.bridge.MappingOptions;
import io.forebay.bridge.RouteOptions;
import io.forebay.bridge.reply.CorrelationId;
import io.forebay.bridge.reply.Replies;
import io.forebay.storage.Message;
import io.forebay.storage.Position;
import java.math.BigInteger;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Owned by the bridge's thread: makes the AMQP 1.0 message of an MQTT message.
 *
 * <ul>
 *   <li>header: durable at every QoS: a broker that forgets a QoS 0 message it has accepted, and is sent it again after a
 *       crash of ours, would deliver it behind later ones of its lane; ttl is what is left of the message expiry interval
 *   <li>message annotations: see {@link Extras}
 *   <li>properties: message-id is gateway and position, so that the same record has the same id whenever it is sent; to is
 *       the address, subject the topic, creation-time the arrival, absolute-expiry-time its end if it has one, group-id the
 *       lane and group-sequence the lower 32 bits of the message's number in it; reply-to, correlation-id (binary, in an answer of the type that the request had) and content-type
 *       from MQTT 5
 *   <li>application properties: see {@link Profiles}
 *   <li>body: the payload as one data section
 * </ul>
 *
 * <p>A message that a replay sends was delivered in its time: it has neither ttl nor absolute-expiry-time, and another
 * duplicate id for Artemis, the same however often the replay has to send it.
 */
final class AmqpMapping {
    private static final byte[] DURABLE = {0x00, 0x53, SectionWriter.HEADER, (byte) 0xc0, 0x02, 0x01, 0x41};
    private static final long UINT_MAX = 0xffff_ffffL;

    private final String idPrefix;
    private final LongSupplier nowMs;
    private final Runnable onSkipped;
    private final Replies replies;
    private final SectionWriter writer = new SectionWriter();
    private final PropertyMap map = new PropertyMap(writer);

    /** @param onSkipped told of each message some of whose properties were left out */
    AmqpMapping(String gatewayId, LongSupplier nowMs, Runnable onSkipped, Replies replies) {
        this.replies = replies;
        this.idPrefix = gatewayId + "-";
        this.nowMs = nowMs;
        this.onSkipped = onSkipped;
    }

    /** @return null if the message has expired */
    byte[] encode(Entry entry, String address, RouteOptions options) {
        Message message = entry.message();
        PublishProperties mqtt = PublishProperties.read(message.properties());
        if (mqtt.skipped()) {
            onSkipped.run();
        }
        MappingOptions mapping = options.mapping();
        boolean expires = mqtt.hasExpiry() && !mapping.isReplay();
        if (expires && leftMs(message, mqtt) <= 0) {
            return null;
        }
        String id = idPrefix + Position.text(entry.position());
        writer.clear();
        header(message, expires, mqtt);
        annotations(entry, mapping, mqtt);
        properties(id, entry, address, options, mqtt);
        map.begin(SectionWriter.APPLICATION_PROPERTIES);
        if (!mapping.annotations()) {
            Extras.write(map, mapping, entry, mqtt);
        }
        Profiles.write(map, mapping, id, message, mqtt);
        map.end();
        byte[] payload = message.payload();
        writer.dataOf(payload.length);
        byte[] encoded = writer.toArray(payload.length);
        System.arraycopy(payload, 0, encoded, writer.size(), payload.length);
        return encoded;
    }

    private static long expiresAtMs(Message message, PublishProperties mqtt) {
        return message.arrivedAtMs() + mqtt.expirySeconds() * 1000;
    }

    private long leftMs(Message message, PublishProperties mqtt) {
        return expiresAtMs(message, mqtt) - nowMs.getAsLong();
    }

    private void header(Message message, boolean expires, PublishProperties mqtt) {
        if (!expires) {
            writer.raw(DURABLE);
            return;
        }
        int mark = writer.beginList(SectionWriter.HEADER);
        writer.bool(true);
        writer.nothing();
        writer.uint(Math.min(leftMs(message, mqtt), UINT_MAX));
        writer.end(mark, 3);
    }

    private void annotations(Entry entry, MappingOptions options, PublishProperties mqtt) {
        if (!options.annotations()) {
            return;
        }
        map.begin(SectionWriter.MESSAGE_ANNOTATIONS);
        Extras.write(map, options, entry, mqtt);
        if (options.profile() == MappingOptions.Profile.HONO && entry.message().retain()) {
            map.symbolKey("x-opt-retain").bool(true);
        }
        mqtt.user().forEach((name, value) -> {
            if (Profiles.isAnnotation(options, name)) {
                map.symbolKey(name).string(value);
            }
        });
        map.end();
    }

    private void properties(String id, Entry entry, String address, RouteOptions options, PublishProperties mqtt) {
        Message message = entry.message();
        int mark = writer.beginList(SectionWriter.PROPERTIES);
        writer.string(id);
        writer.nothing(); // user-id
        writer.string(address);
        writer.string(message.topic());
        optional(mqtt.responseTopic());
        correlationId(message, mqtt);
        contentType(mqtt, options);
        writer.nothing(); // content-encoding
        if (mqtt.hasExpiry() && !options.mapping().isReplay()) {
            writer.timestamp(expiresAtMs(message, mqtt));
        } else {
            writer.nothing();
        }
        writer.timestamp(message.arrivedAtMs());
        int fields = 10;
        if (options.mapping().groupId() && options.order() != RouteOptions.Order.NONE) {
            writer.string(groupId(message, options));
            fields++;
            if (entry.sequence() > 0) {
                writer.uint(entry.sequence());
                fields++;
            }
        }
        writer.end(mark, fields);
    }

    private static String groupId(Message message, RouteOptions options) {
        return options.order() == RouteOptions.Order.CLIENT
                ? message.clientId()
                : message.clientId() + "/" + message.topic();
    }

    private void contentType(PublishProperties mqtt, RouteOptions options) {
        if (mqtt.contentTypeAsSymbol() != null) {
            writer.symbol(mqtt.contentTypeAsSymbol());
        } else if (options.mapping().profile() == MappingOptions.Profile.HONO) {
            writer.symbol("application/octet-stream");
        } else {
            writer.nothing();
        }
    }

    /** In an answer it is of the type that the request had. */
    private void correlationId(Message message, PublishProperties mqtt) {
        byte[] data = mqtt.correlationData();
        CorrelationId.Kind asBinary = data == null ? CorrelationId.Kind.NONE : CorrelationId.Kind.BINARY;
        CorrelationId correlation = replies.find(message.topic())
                .map(reply -> reply.correlation(data))
                .orElseGet(() -> new CorrelationId(asBinary, data));
        if (correlation.kind() == CorrelationId.Kind.NONE) {
            writer.nothing();
        } else if (correlation.id() instanceof String text) {
            writer.string(text);
        } else if (correlation.id() instanceof UUID uuid) {
            writer.uuid(uuid);
        } else if (correlation.id() instanceof BigInteger ulong) {
            writer.ulong(ulong.longValue());
        } else {
            writer.binary(correlation.data());
        }
    }

    private void optional(String value) {
        if (value == null) {
            writer.nothing();
        } else {
            writer.string(value);
        }
    }
}
