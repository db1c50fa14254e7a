package io.forebay.gateway.session;

import io.forebay.gateway.mqtt.codec.Properties;
import io.forebay.gateway.mqtt.codec.Property;
import io.forebay.storage.Message;

/**
 * What a message says, the same for all who get it: made once for each message and shared by all queues. Owned by the
 * thread forebay-sessions, which caches the stored form in it.
 *
 * <p>Stored as: arrival (i64, ms since 1970), protocol level of the publisher (u8), topic (u16 length, UTF-8), properties
 * (u32 length), payload (the rest).
 */
final class Content {
    static final long NEVER = Long.MAX_VALUE;

    private final String topic;
    private final byte[] properties;
    private final byte[] payload;
    private final int publisherLevel;
    private final long arrivedAtMs;
    private final long expiresAtMs;
    private byte[] stored;

    /** Null if nobody wants to know what becomes of it. */
    private Watch watch;

    Content(String topic, byte[] properties, byte[] payload, int publisherLevel, long arrivedAtMs) {
        this.topic = topic;
        this.properties = properties;
        this.payload = payload;
        this.publisherLevel = publisherLevel;
        this.arrivedAtMs = arrivedAtMs;
        this.expiresAtMs = expiryOf(properties, arrivedAtMs);
    }

    static Content of(Message message) {
        return new Content(
                message.topic(),
                message.properties(),
                message.payload(),
                message.protocolLevel(),
                message.arrivedAtMs());
    }

    /** MQTT-3.3.2-5: the interval counts from when the gateway got the message. */
    private static long expiryOf(byte[] properties, long arrivedAtMs) {
        if (properties.length == 0) {
            return NEVER;
        }
        long seconds = new Properties(properties).number(Property.MESSAGE_EXPIRY_INTERVAL, -1);
        return seconds < 0 ? NEVER : arrivedAtMs + seconds * 1000;
    }

    String topic() {
        return topic;
    }

    byte[] properties() {
        return properties;
    }

    byte[] payload() {
        return payload;
    }

    long arrivedAtMs() {
        return arrivedAtMs;
    }

    long expiresAtMs() {
        return expiresAtMs;
    }

    boolean isExpired(long nowMs) {
        return nowMs >= expiresAtMs;
    }

    Watch watch() {
        return watch;
    }

    void watch(Watch by) {
        watch = by;
    }

    /** What it counts against the limits. */
    int bytes() {
        return topic.length() + properties.length + payload.length;
    }

    void write(EntryWriter writer) {
        if (stored == null) {
            stored = new EntryWriter(topic.length() + 15 + properties.length + payload.length)
                    .i64(arrivedAtMs)
                    .u8(publisherLevel)
                    .text(topic)
                    .u32(properties.length)
                    .rest(properties)
                    .rest(payload)
                    .done();
        }
        writer.rest(stored);
    }

    static Content read(EntryReader reader) {
        long arrivedAtMs = reader.i64();
        int publisherLevel = reader.u8();
        String topic = reader.text();
        byte[] properties = reader.block((int) reader.u32());
        return new Content(topic, properties, reader.rest(), publisherLevel, arrivedAtMs);
    }
}
