package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.security.AccessFile;
import io.forebay.gateway.session.Delivery;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a device is sent, and what it answers. */
class DeliveryIT {
    private static final int[] NO_IDS = {};
    private static final String NO_PROPERTIES = "";
    private static final int SOME_BYTES = 50_000;

    private Rig rig = Rig.start();

    @AfterEach
    void stop() {
        rig.close();
    }

    private void restart(int slowReaderTimeoutMs) {
        rig.close();
        ProtocolConfig usual = ProtocolConfig.DEFAULT;
        rig = Rig.start(Rig.config(
                new ProtocolConfig(0, true, "", "", 65_536, slowReaderTimeoutMs, 2, 128, usual.whenLogFull(), false),
                AccessConfig.DEFAULT));
    }

    private static Delivery.Publication message(int packetId, int qos, String topic, String payload) {
        return message(packetId, qos, topic, payload, NO_PROPERTIES, NO_IDS, 0);
    }

    private static Delivery.Publication message(
            int packetId, int qos, String topic, String payload, String properties, int[] ids, long ageMs) {
        return new Delivery.Publication(
                packetId,
                qos,
                false,
                false,
                topic,
                HexFormat.of().parseHex(properties.replace(" ", "")),
                payload.getBytes(StandardCharsets.UTF_8),
                ids,
                System.currentTimeMillis() - ageMs);
    }

    private static RawDevice with(Rig rig, int... idsAndValues) throws Exception {
        return RawDevice.connected(rig.port(), RawDevice.connect("d").properties(RawDevice.numbers(idsAndValues)));
    }

    @Test
    void eachQosHasItsHandshake() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            rig.sessions.deliver("d", message(0, 0, "t", "0"), message(1, 1, "t", "1"), message(2, 2, "t", "2"));
            assertEquals("PUBLISH -1 t=0", device.receiveText());
            assertEquals("PUBLISH 1 t=1", device.receiveText());
            assertEquals("PUBLISH 2 t=2", device.receiveText());
            device.send(RawDevice.reply(MqttMessageType.PUBACK, 1, 0), RawDevice.reply(MqttMessageType.PUBREC, 2, 0));
            assertEquals("PUBREL 2", device.receiveText());
            device.send(RawDevice.reply(MqttMessageType.PUBCOMP, 2, 0), RawDevice.ping());
            assertEquals("PINGRESP", device.receiveText());

            assertEquals(List.of("open d", "acknowledged 1", "received 2", "completed 2"), rig.sessions.events());
            assertEquals(
                    1,
                    rig.meters
                            .find("forebay.mqtt.delivered")
                            .tag("qos", "2")
                            .functionCounter()
                            .count());
        }
    }

    @Test
    void noPubrelLeavesBeforePubrecIsDurableAndTheyKeepTheirOrder() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            rig.sessions.deliver("d", message(1, 2, "t", "1"), message(2, 2, "t", "2"));
            assertEquals("PUBLISH 1 t=1", device.receiveText());
            assertEquals("PUBLISH 2 t=2", device.receiveText());
            rig.sessions.hold();
            device.send(
                    RawDevice.reply(MqttMessageType.PUBREC, 2, 0),
                    RawDevice.reply(MqttMessageType.PUBREC, 99, 0),
                    RawDevice.reply(MqttMessageType.PUBREC, 1, 0));
            assertTrue(device.silentFor(100), "released before durable, or out of order");
            rig.sessions.sync();

            assertEquals("PUBREL 2", device.receiveText());
            assertEquals("PUBREL 99", device.receiveText());
            assertEquals("PUBREL 1", device.receiveText()); // MQTT-4.6.0-4
        }
    }

    @Test
    void anUnknownPubrecIsReleasedSoThatTheDeviceCanBeDone() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d");
                RawDevice old = RawDevice.connected311(rig.port(), "e")) {
            rig.sessions.unknown(5);
            rig.sessions.deliver("d", message(5, 2, "t", "x"));
            assertEquals("PUBLISH 5 t=x", device.receiveText());
            device.send(RawDevice.reply(MqttMessageType.PUBREC, 5, 0));
            assertEquals("PUBREL 5", device.receiveText());
            old.send(RawDevice.reply(MqttMessageType.PUBREC, 7, 0), RawDevice.reply(MqttMessageType.PUBCOMP, 7, 0));
            assertEquals("PUBREL 7", old.receiveText());
            device.send(RawDevice.reply(MqttMessageType.PUBCOMP, 8, 0x92), RawDevice.ping());
            assertEquals("PINGRESP", device.receiveText());
            assertFalse(rig.sessions.events().contains("completed 8"));
        }
    }

    @Test
    void aPubrecThatFailsEndsTheMessage() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            rig.sessions.deliver("d", message(5, 2, "t", "x"));
            assertEquals("PUBLISH 5 t=x", device.receiveText());
            device.send(RawDevice.reply(MqttMessageType.PUBREC, 5, 0x97), RawDevice.ping());
            assertEquals("PINGRESP", device.receiveText());

            assertEquals(List.of("open d", "refused 5"), rig.sessions.events());
        }
    }

    @Test
    void mqtt_4_3_2_and_4_3_3_anAnswerOfAnotherQosOrOutOfItsTurnIsAProtocolError() throws Exception {
        for (Delivery.Publication message : List.of(message(5, 1, "t", "x"), message(5, 2, "t", "x"))) {
            for (MqttMessageType wrong : message.qos() == 1
                    ? List.of(MqttMessageType.PUBREC, MqttMessageType.PUBCOMP)
                    : List.of(MqttMessageType.PUBACK, MqttMessageType.PUBCOMP)) {
                try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
                    rig.sessions.deliver("d", message);
                    assertEquals("PUBLISH 5 t=x", device.receiveText());
                    device.send(RawDevice.reply(wrong, 5, 0));
                    assertEquals("DISCONNECT 0x82", device.receiveText(), wrong + " at QoS " + message.qos());
                }
            }
        }
    }

    @Test
    void aDeviceThatHasNotSeenPubrelMayAskAgain() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            rig.sessions.deliver("d", message(5, 2, "t", "x"));
            assertEquals("PUBLISH 5 t=x", device.receiveText());
            for (int i = 0; i < 2; i++) {
                device.send(RawDevice.reply(MqttMessageType.PUBREC, 5, 0));
                assertEquals("PUBREL 5", device.receiveText());
            }
        }
    }

    @Test
    void mqtt_4_4_0_1_aResumedSessionSendsDupAndPubrelAfterConnack() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            Delivery.Publication again = new Delivery.Publication(
                    3, 2, true, true, "t", new byte[0], new byte[] {'x'}, NO_IDS, System.currentTimeMillis());
            rig.sessions.deliver("d", new Delivery.Release(2), again);

            assertEquals("PUBREL 2", device.receiveText());
            assertEquals("PUBLISH 3 dup retain t=x", device.receiveText());
            device.send(RawDevice.reply(MqttMessageType.PUBCOMP, 2, 0), RawDevice.ping());
            assertEquals("PINGRESP", device.receiveText());
            assertTrue(rig.sessions.events().contains("completed 2"));
        }
    }

    @Test
    void propertiesAreThePublishersWithIdentifiersAndTheTimeThatIsLeft() throws Exception {
        String properties = "26 0001 61 0001 31 02 0000003c 26 0001 61 0001 32 03 0001 63";
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            long before = System.currentTimeMillis();
            rig.sessions.deliver("d", message(0, 0, "t", "x", properties, new int[] {7, 300}, 10_500));
            MqttPublishMessage publish = (MqttPublishMessage) device.receive();
            MqttProperties got = RawDevice.properties(publish);

            long waitedMs = 10_500 + System.currentTimeMillis() - before;
            int left = (int) RawDevice.property(publish, MqttProperties.PUBLICATION_EXPIRY_INTERVAL);
            assertTrue(left <= 50 && left >= 60 - waitedMs / 1_000, () -> "left: " + left); // MQTT-3.3.2-6
            assertEquals(
                    List.of(7, 300),
                    got.getProperties(MqttProperties.SUBSCRIPTION_IDENTIFIER).stream()
                            .map(identifier -> identifier.value())
                            .toList());
            assertEquals("c", RawDevice.property(publish, MqttProperties.CONTENT_TYPE));
            assertEquals(
                    List.of(new MqttProperties.StringPair("a", "1"), new MqttProperties.StringPair("a", "2")),
                    RawDevice.property(publish, MqttProperties.USER_PROPERTY)); // MQTT-3.3.2-18
            publish.release();
        }
        try (RawDevice device = RawDevice.connected311(rig.port(), "e")) {
            rig.sessions.deliver("e", message(0, 0, "t", "x", properties, new int[] {7}, 0));
            assertEquals("PUBLISH -1 t=x", device.receiveText());
        }
    }

    @Test
    void mqtt_3_1_2_26_theFirstTopicsAreAbbreviatedAsFarAsTheDeviceAllows() throws Exception {
        restart(10_000);
        try (RawDevice device = with(rig, MqttProperties.TOPIC_ALIAS_MAXIMUM, 65_535)) {
            for (int round = 0; round < 2; round++) {
                rig.sessions.deliver("d", message(0, 0, "a", "x"), message(0, 0, "b", "x"), message(0, 0, "c", "x"));
            }
            assertEquals(List.of("a 1", "b 2", "c null", " 1", " 2", "c null"), aliases(device, 6));
        }
        try (RawDevice device = with(rig, MqttProperties.TOPIC_ALIAS_MAXIMUM, 1)) {
            rig.sessions.deliver("d", message(0, 0, "a", "x"), message(0, 0, "b", "x"), message(0, 0, "a", "x"));
            assertEquals(List.of("a 1", "b null", " 1"), aliases(device, 3));
        }
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            rig.sessions.deliver("d", message(0, 0, "a", "x"));
            assertEquals(List.of("a null"), aliases(device, 1));
        }
    }

    private static List<String> aliases(RawDevice device, int count) throws Exception {
        String[] seen = new String[count];
        for (int i = 0; i < count; i++) {
            MqttPublishMessage publish = (MqttPublishMessage) device.receive();
            seen[i] = publish.variableHeader().topicName() + " "
                    + RawDevice.property(publish, MqttProperties.TOPIC_ALIAS);
            publish.release();
        }
        return List.of(seen);
    }

    @Test
    void mqtt_3_1_2_24_whatIsTooLargeForTheDeviceIsLeftOutAsIfItHadBeenSent() throws Exception {
        try (RawDevice device =
                with(rig, MqttProperties.MAXIMUM_PACKET_SIZE, 30, MqttProperties.TOPIC_ALIAS_MAXIMUM, 5)) {
            rig.sessions.deliver(
                    "d",
                    message(1, 1, "t", "x".repeat(30)), // Too large.
                    message(0, 0, "t", "x".repeat(30)),
                    message(2, 1, "t", "x".repeat(22)), // 30 bytes, and 33 with an alias.
                    message(3, 1, "t", "x"));

            assertEquals("PUBLISH 2 t=" + "x".repeat(22), device.receiveText());
            assertEquals("PUBLISH 3 t=x", device.receiveText());
            assertEquals(List.of("open d", "refused 1"), rig.sessions.events());
            assertEquals(2, rig.count("forebay.mqtt.left.out", "reason", "too-large"));
        }
    }

    @Test
    void deniedTopicsAreLeftOutOfAWiderSubscription() throws Exception {
        rig.access.change(AccessFile.parse(
                List.of("rules:", "  - {deny: subscribe, topic: secret/#}", "  - {allow: both, topic: \"#\"}")));
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            rig.sessions.deliver("d", message(1, 1, "secret/a", "x"), message(2, 1, "open", "x"));
            assertEquals("PUBLISH 2 open=x", device.receiveText());

            assertEquals(List.of("open d", "refused 1"), rig.sessions.events());
            assertEquals(1, rig.count("forebay.mqtt.left.out", "reason", "denied"));
        }
    }

    @Test
    void aSlowReaderLosesQos0OnlyAndIsDisconnectedWhenItStaysSlow() throws Exception {
        restart(1_000);
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            deliverUntilItIsTooMuch();
            Rig.until(() -> rig.sessions.events().contains("writable false"));
            rig.sessions.deliver("d", message(1, 1, "t", "x".repeat(SOME_BYTES)));
            Rig.until(() -> rig.sessions.events().contains("close d 0 PUBLISH"));
            assertTrue(device.isCutOff());

            assertFalse(rig.sessions.events().contains("acknowledged 1"), "QoS 1 was dropped");
            assertEquals(1, rig.count("forebay.mqtt.disconnected", "reason", "quota_exceeded"));
        }
    }

    /** The kernel's buffers take some MiB first. All are one message: an event loop that stands still is offered many. */
    private void deliverUntilItIsTooMuch() {
        Delivery large = message(0, 0, "t", "x".repeat(SOME_BYTES));
        Rig.until(() -> {
            rig.sessions.deliver("d", large, large, large);
            return rig.count("forebay.mqtt.left.out", "reason", "slow-reader") > 0;
        });
    }

    @Test
    void aReaderThatCatchesUpIsWritableAgain() throws Exception {
        restart(60_000);
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            deliverUntilItIsTooMuch();
            Rig.until(() -> rig.sessions.events().contains("writable false"));
            device.send(RawDevice.ping());
            MqttMessage packet = device.receive();
            while (packet instanceof MqttPublishMessage publish) {
                publish.release();
                packet = device.receive();
            }

            assertEquals("PINGRESP", RawDevice.text(packet), "a slow reader may still speak");
            Rig.until(() -> rig.sessions.events().contains("writable true"));
        }
    }

    @Test
    void aSessionThatCannotGoOnEndsTheConnectionWith0x97() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            rig.sessions.overrun("d");

            assertEquals("DISCONNECT 0x97", device.receiveText());
        }
    }
}
