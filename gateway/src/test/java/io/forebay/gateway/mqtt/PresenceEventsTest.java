package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.mqtt.codec.Properties;
import io.forebay.gateway.mqtt.codec.Property;
import io.forebay.storage.Message;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PresenceEventsTest {
    private static final PresenceConfig CONFIG = new PresenceConfig("$forebay/presence/{clientId}", "presence");

    private long nowMs = 1_700_000_000_000L;
    private final PresenceEvents events = new PresenceEvents(CONFIG, () -> nowMs);

    private static JsonObject json(Message message) {
        return new JsonObject(new String(message.payload(), StandardCharsets.UTF_8));
    }

    @Test
    void eventSaysWhoWhenWhereAndWhichConnection() {
        Message message = events.connected("d1", 7, "10.0.0.1:4711", 4);

        assertEquals("$forebay/presence/d1", message.topic());
        assertEquals("d1", message.clientId());
        assertEquals(1, message.qos());
        assertEquals(0, message.packetId(), "no handshake");
        assertEquals(
                "{\"event\":\"connected\",\"clientId\":\"d1\",\"epoch\":7,\"at\":\"2023-11-14T22:13:20Z\","
                        + "\"address\":\"10.0.0.1:4711\",\"protocol\":\"MQTT 3.1.1\"}",
                json(message).encode());
        Properties properties = new Properties(message.properties());
        assertEquals("application/json", properties.text(Property.CONTENT_TYPE));
        assertEquals(
                "keep alive", json(events.disconnected("d1", 7, "keep alive")).getString("reason"));
        assertEquals("session-expired", json(events.sessionExpired("d1")).getString("event"));
    }

    @Test
    void itIsCarriedUpwards() {
        assertTrue(!events.sessionExpired("d1").fromAmqp());
    }

    @Test
    void epochsGrowWhateverTheClockDoes() {
        long first = events.nextEpoch();
        long second = events.nextEpoch();
        nowMs -= 10_000;
        long third = events.nextEpoch();
        assertTrue(first < second && second < third);

        nowMs += 20_000;
        PresenceEvents restarted = new PresenceEvents(CONFIG, () -> nowMs);
        assertTrue(restarted.nextEpoch() > third);
        assertTrue(third < 1L << 53, "exact in JavaScript");
    }

    @Test
    void anyClientIdIsOneLevelOfTheTopic() {
        Message message = events.sessionExpired("a/b+c#d%e ü");
        assertEquals("$forebay/presence/a%2Fb%2Bc%23d%25e ü", message.topic());
        assertEquals("a/b+c#d%e ü", json(message).getString("clientId"));
    }

    @Test
    void filterMatchesTheEventsOfAll() {
        assertEquals("$forebay/presence/+", CONFIG.topicFilter());
        assertEquals("a/+/b", new PresenceConfig("a/x-{clientId}/b", "q").topicFilter());
        assertThrows(IllegalArgumentException.class, () -> new PresenceConfig("presence", "q"));
        assertThrows(IllegalArgumentException.class, () -> new PresenceConfig("#/{clientId}", "q"));
    }
}
