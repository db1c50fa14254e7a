package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.session.SessionException;
import io.forebay.storage.Message;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders.ConnectBuilder;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How much one device, or one user, may take, on real sockets. */
class QuotaIT {
    @Test
    void whoPublishesFasterThanItMayIsHeldBackAndLosesNothing() throws Exception {
        try (Rig rig = Rig.start(Rig.withQuotas(new QuotaConfig(1_000, 0, 50, 0, 1 << 20, 0)));
                RawDevice fast = RawDevice.connected311(rig.port(), "fast");
                RawDevice slow = RawDevice.connected(rig.port(), "slow")) {
            long startNanos = System.nanoTime();
            fast.send(publishes(1, 60)); // A second's worth may come at once; the rest takes 10/50 of a second.
            slow.send(RawDevice.publish(1, 1, "t", "y"));
            assertTrue(slow.receiveText().startsWith("PUBACK 1"));
            for (int i = 1; i <= 60; i++) {
                assertEquals("PUBACK " + i, fast.receiveText());
            }

            long elapsedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
            assertTrue(elapsedMs >= 150, () -> "60 messages at 50 a second took " + elapsedMs + " ms");
            assertTrue(
                    rig.meters.get("forebay.mqtt.held.back").functionCounter().count() >= 1);
        }
    }

    /** All at once, or a slow machine would keep to the rate by itself. */
    private static MqttMessage[] publishes(int qos, int count) {
        MqttMessage[] publishes = new MqttMessage[count];
        for (int i = 0; i < count; i++) {
            publishes[i] = RawDevice.publish(qos, qos == 0 ? 0 : i + 1, "t", "x");
        }
        return publishes;
    }

    @Test
    void bytesCountToo() throws Exception {
        try (Rig rig = Rig.start(Rig.withQuotas(new QuotaConfig(1_000, 0, 0, 50_000, 1 << 20, 0)));
                RawDevice device = RawDevice.connected311(rig.port(), "d")) {
            long startNanos = System.nanoTime();
            device.send(RawDevice.publish(1, 1, "t", "x".repeat(60_000)), RawDevice.publish(1, 2, "t", "y"));
            assertEquals("PUBACK 1", device.receiveText());
            device.send(RawDevice.publish(1, 3, "t", "z"));
            assertEquals("PUBACK 2", device.receiveText());
            assertEquals("PUBACK 3", device.receiveText());

            assertTrue(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos) >= 150);
        }
    }

    @Test
    void whoIsTooFastForTooLongIsDisconnectedWithMessageRateTooHigh() throws Exception {
        try (Rig rig = Rig.start(Rig.withQuotas(new QuotaConfig(1_000, 0, 10, 0, 1 << 20, 1)));
                RawDevice device = RawDevice.connected(rig.port(), "d")) {
            // Far more than the ten: a second that the machine stands still makes up for ten of them.
            device.send(publishes(0, 100));

            assertEquals("DISCONNECT 0x96", device.receiveText());
            assertEquals(1, rig.count("forebay.mqtt.disconnected", "reason", "message_rate_too_high"));
        }
    }

    @Test
    void whoFillsTheQueueOfTheLogWaitsForItselfAndNobodyElseDoes() throws Exception {
        try (Rig rig = Rig.start(Rig.withQuotas(new QuotaConfig(1_000, 0, 0, 0, 100_000, 0)));
                RawDevice large = RawDevice.connected(rig.port(), "large");
                RawDevice small = RawDevice.connected(rig.port(), "small")) {
            rig.log.hold();
            for (int i = 1; i <= 8; i++) {
                large.send(RawDevice.publish(1, i, "t", "x".repeat(40_000)));
            }
            Rig.until(() -> rig.meters
                            .get("forebay.mqtt.log.queue.waits")
                            .functionCounter()
                            .count()
                    == 1);
            small.send(RawDevice.publish(1, 1, "t", "y"));
            Rig.until(() -> rig.log.messages().size() == 4);

            assertEquals(
                    List.of("large", "large", "large", "small"),
                    rig.log.messages().stream().map(Message::clientId).toList());

            rig.log.sync();
            assertEquals("PUBACK 1", small.receiveText());
            for (int i = 1; i <= 8; i++) {
                assertEquals("PUBACK " + i, large.receiveText());
            }
        }
    }

    @Test
    void aUserHasSoManyConnectionsAndNoMore() throws Exception {
        try (Rig rig = Rig.start(Rig.withQuotas(new QuotaConfig(1_000, 1, 0, 0, 1 << 20, 0)));
                RawDevice first = RawDevice.connected(rig.port(), user("a", "anna"));
                RawDevice second = new RawDevice(rig.port());
                RawDevice bert = RawDevice.connected(rig.port(), user("c", "bert"))) {
            second.send(user("b", "anna").build());
            assertEquals("CONNACK 0x97", second.receiveText());
            bert.send(RawDevice.ping());
            assertEquals("PINGRESP", bert.receiveText());

            // The same client id: the earlier connection makes room.
            RawDevice later = RawDevice.connected(rig.port(), user("a", "anna"));
            assertEquals("DISCONNECT 0x8e", first.receiveText());
            later.close();
            Rig.until(() -> rig.meters.get("forebay.mqtt.connections").gauge().value() == 1);
            RawDevice.connected(rig.port(), user("b", "anna")).close();
        }
    }

    @Test
    void aUserWithAllItsSessionsIsToldQuotaExceeded() throws Exception {
        try (Rig rig = Rig.start()) {
            rig.sessions.fail(new SessionException(SessionException.Kind.TOO_MANY_OF_USER, "as many as it may have"));
            for (MqttVersion version : List.of(MqttVersion.MQTT_5, MqttVersion.MQTT_3_1_1)) {
                try (RawDevice device = new RawDevice(rig.port())) {
                    device.send(user("a", "anna").protocolVersion(version).build());
                    assertEquals(version == MqttVersion.MQTT_5 ? "CONNACK 0x97" : "CONNACK 0x03", device.receiveText());
                }
            }
            rig.sessions.fail(null);
            RawDevice.connected(rig.port(), user("a", "anna")).close();
            assertEquals("anna", rig.sessions.request("a").user());
        }
    }

    @Test
    void anOldDeviceHearsServerUnavailableThen() throws Exception {
        try (Rig rig = Rig.start(Rig.withQuotas(new QuotaConfig(1_000, 1, 0, 0, 1 << 20, 0)));
                RawDevice first = RawDevice.connected(rig.port(), user("a", "anna"));
                RawDevice second = new RawDevice(rig.port())) {
            second.send(
                    user("b", "anna").protocolVersion(MqttVersion.MQTT_3_1_1).build());
            assertEquals("CONNACK 0x03", second.receiveText());
            first.send(RawDevice.ping());
            assertEquals("PINGRESP", first.receiveText());
        }
    }

    @Test
    void whoIsNotLetInYetMaySendLittleAndWhoIsMaySendMuch() throws Exception {
        QuotaConfig quotas = new QuotaConfig(200, 0, 0, 0, 1 << 20, 0);
        try (Rig rig = Rig.start(Rig.withQuotas(quotas));
                RawDevice large = new RawDevice(rig.port());
                RawDevice small = new RawDevice(rig.port())) {
            large.send(
                    RawDevice.connect("d".repeat(60)).username("u".repeat(150)).build());
            assertEquals("closed", large.receiveText());

            // Without waiting for CONNACK, as the standard allows.
            small.send(RawDevice.connect("d").build(), RawDevice.publish(1, 1, "t", "x".repeat(10_000)));
            assertEquals("CONNACK", small.receiveText());
            assertTrue(small.receiveText().startsWith("PUBACK 1"));
        }
    }

    @Test
    void whoHasToProveSomethingMaySendLittleUntilThen() throws Exception {
        MqttConfig config = Rig.withQuotas(new QuotaConfig(500, 0, 0, 0, 1 << 20, 0));
        try (Rig rig = Rig.start(config, false, AuthenticationIT.authentication(), topic -> true);
                RawDevice device = new RawDevice(rig.port())) {
            MqttProperties properties = new MqttProperties();
            properties.add(new MqttProperties.StringProperty(MqttProperties.AUTHENTICATION_METHOD, "SCRAM-SHA-256"));
            properties.add(new MqttProperties.BinaryProperty(
                    MqttProperties.AUTHENTICATION_DATA, "n,,n=anna,r=abc".getBytes(StandardCharsets.US_ASCII)));
            device.send(RawDevice.connect("d").properties(properties).build());
            assertEquals("AUTH 0x18", device.receiveText());
            device.sendHex("30 ff7f 0001 74"); // The beginning of a PUBLISH of 16 KiB.

            assertEquals("CONNACK 0x95", device.receiveText());
            assertEquals("closed", device.receiveText());
        }
    }

    private static ConnectBuilder user(String clientId, String name) {
        return RawDevice.connect(clientId).username(name);
    }
}
