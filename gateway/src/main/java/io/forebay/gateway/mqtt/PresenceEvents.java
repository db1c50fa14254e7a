package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Properties;
import io.forebay.gateway.mqtt.codec.Property;
import io.forebay.storage.Message;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Makes the messages that tell backends which devices are there. They go through the log like any publish: in order for
 * each device, to the address of a route, and to subscribers. Any thread.
 *
 * <p>Each is a JSON object with {@code event} (connected, disconnected or session-expired), {@code clientId}, {@code
 * epoch}, {@code at} (ISO 8601, UTC), and as far as known {@code reason}, {@code address} and {@code protocol}. The epoch
 * of a connection is greater than those of all earlier ones: whoever keeps the greatest that it has seen of a device is
 * never misled by a <i>disconnected</i> that comes late.
 */
public final class PresenceEvents {
    private static final int QOS = 1;
    private static final int PROTOCOL_LEVEL = 5;
    private static final byte[] PROPERTIES = Properties.builder()
            .number(Property.PAYLOAD_FORMAT_INDICATOR, 1)
            .text(Property.CONTENT_TYPE, "application/json")
            .build()
            .wire();

    private final String topic;
    private final LongSupplier nowMs;
    private final AtomicLong lastEpoch = new AtomicLong();

    public PresenceEvents(PresenceConfig config, LongSupplier nowMs) {
        this.topic = config.topic();
        this.nowMs = nowMs;
    }

    /**
     * The epoch of a connection that begins now. It comes from the clock, in microseconds, so that it goes on over a
     * restart, and still fits into the numbers of JavaScript.
     */
    public long nextEpoch() {
        long now = nowMs.getAsLong() * 1_000;
        return lastEpoch.updateAndGet(last -> Math.max(last + 1, now));
    }

    /**
     * A device has connected.
     *
     * @param address where from
     * @param protocolLevel 3, 4 or 5
     */
    public Message connected(String clientId, long epoch, String address, int protocolLevel) {
        JsonObject event = event("connected", clientId, epoch);
        event.put("address", address);
        event.put("protocol", protocol(protocolLevel));
        return message(clientId, event);
    }

    private static String protocol(int level) {
        return switch (level) {
            case 3 -> "MQTT 3.1";
            case 4 -> "MQTT 3.1.1";
            default -> "MQTT " + level;
        };
    }

    /** The connection of this epoch has ended. */
    public Message disconnected(String clientId, long epoch, String reason) {
        return message(clientId, event("disconnected", clientId, epoch).put("reason", reason));
    }

    /** The session has ended: nothing is kept for this device any more. It has an epoch of its own. */
    public Message sessionExpired(String clientId) {
        return message(clientId, event("session-expired", clientId, nextEpoch()));
    }

    private JsonObject event(String name, String clientId, long epoch) {
        return new JsonObject()
                .put("event", name)
                .put("clientId", clientId)
                .put("epoch", epoch)
                .put("at", Instant.ofEpochMilli(nowMs.getAsLong()).toString());
    }

    private Message message(String clientId, JsonObject event) {
        return new Message(
                nowMs.getAsLong(),
                clientId,
                topic.replace(PresenceConfig.CLIENT_ID, asLevel(clientId)),
                QOS,
                false,
                false,
                PROTOCOL_LEVEL,
                0,
                PROPERTIES,
                event.encode().getBytes(StandardCharsets.UTF_8));
    }

    /** As one level of a topic name: what would be a separator or a wildcard there is percent-encoded. */
    private static String asLevel(String clientId) {
        return clientId.replace("%", "%25")
                .replace("/", "%2F")
                .replace("+", "%2B")
                .replace("#", "%23");
    }
}
