package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.conformance.Mqtt311;
import io.forebay.gateway.conformance.Mqtt5;
import io.forebay.gateway.mqtt.AccessConfig.DeniedPublish;
import io.forebay.gateway.mqtt.AccessConfig.DeniedSubscribe;
import io.forebay.gateway.mqtt.ProtocolConfig.WhenLogFull;
import io.forebay.gateway.security.AccessFile;
import io.forebay.gateway.security.Authentication;
import io.forebay.storage.LogState;
import io.forebay.storage.Message;
import io.netty.handler.codec.mqtt.MqttProperties;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a device publishes: taken, refused, acknowledged. */
class PublishIT {
    private static final MqttProperties TEXT = RawDevice.numbers(MqttProperties.PAYLOAD_FORMAT_INDICATOR, 1);

    private Rig rig = Rig.start(Rig.CONFIG, false, Authentication.NONE, topic -> topic.startsWith("routed"));

    @AfterEach
    void stop() {
        rig.close();
    }

    private void restart(MqttConfig config) {
        rig.close();
        rig = Rig.start(config);
    }

    private void deny(DeniedPublish denied) {
        restart(Rig.config(ProtocolConfig.DEFAULT, new AccessConfig(denied, DeniedSubscribe.NOT_AUTHORIZED)));
        rig.access.change(AccessFile.parse(
                List.of("rules:", "  - {deny: publish, topic: denied/#}", "  - {allow: both, topic: \"#\"}")));
    }

    @Test
    void aTopicThatNobodyWantsIsToldWith0x10AndNotStored() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(0, 0, "t", "0"), RawDevice.publish(1, 1, "t", "1"));
            assertEquals("PUBACK 1 0x10", device.receiveText());
            device.send(RawDevice.publish(2, 2, "t", "2"));
            assertEquals("PUBREC 2", device.receiveText());
            device.send(RawDevice.pubrel(2));
            assertEquals("PUBCOMP 2", device.receiveText());
            device.sendHex("33 07 0001 74 0003 00 72"); // Retained: whoever subscribes later wants it.
            assertEquals("PUBACK 3 0x10", device.receiveText());
            device.send(RawDevice.publish(1, 4, "routed", "4"));
            assertEquals("PUBACK 4", device.receiveText());
        }

        assertEquals(List.of("2", "r", "4"), payloads(), "at QoS 2 the record is the handshake");
        assertEquals(
                4, rig.meters.find("forebay.mqtt.unmatched").functionCounter().count());
    }

    @Test
    void aSubscriberAndOneThatIsOnItsWayIsSomebody() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            rig.sessions.hold();
            device.send(RawDevice.subscribe(1, 0, "a/+"), RawDevice.publish(1, 2, "a/b", "x"));
            assertEquals("PUBACK 2", device.receiveText());
            rig.sessions.sync();
            assertEquals("SUBACK 1 [0]", device.receiveText());
            device.send(RawDevice.publish(1, 3, "a/b", "x"), RawDevice.publish(1, 4, "b", "x"));

            assertEquals("PUBACK 3", device.receiveText());
            assertEquals("PUBACK 4 0x10", device.receiveText());
        }
        try (RawDevice device = RawDevice.connected311(rig.port(), "e")) {
            device.send(RawDevice.publish(1, 5, "b", "x"));
            assertEquals("PUBACK 5", device.receiveText());
        }
    }

    @Test
    void mqtt_4_6_0_2_whatIsRefusedAtOnceIsAnsweredInItsTurn() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            rig.log.hold();
            device.send(
                    RawDevice.publish(1, 1, "routed", "x"),
                    RawDevice.publish(1, 2, "nobody", "x"),
                    RawDevice.publish(1, 3, "$SYS/x", "x"),
                    RawDevice.publish(1, 4, "routed", "x"));
            assertTrue(device.silentFor(100), "the later ones overtook");
            rig.log.sync();

            assertEquals("PUBACK 1", device.receiveText());
            assertEquals("PUBACK 2 0x10", device.receiveText());
            assertEquals("PUBACK 3 0x87", device.receiveText());
            assertEquals("PUBACK 4", device.receiveText());
        }
    }

    @Test
    @Mqtt5({"4.3.3-9"})
    @Mqtt311({"3.3.5-2"})
    void aDeniedTopicIsRefusedWith0x87AndDroppedAtQos0() throws Exception {
        deny(DeniedPublish.ACKNOWLEDGE);
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(0, 0, "denied/a", "x"), RawDevice.publish(1, 1, "denied", "x"));
            assertEquals("PUBACK 1 0x87", device.receiveText());
            device.send(RawDevice.publish(2, 2, "denied/a/b", "x"));
            assertEquals("PUBREC 2 0x87", device.receiveText());
            device.send(RawDevice.publish(2, 2, "open", "y")); // The failure has ended the handshake.
            assertEquals("PUBREC 2", device.receiveText());
        }
        try (RawDevice device = RawDevice.connected311(rig.port(), "e")) {
            device.send(RawDevice.publish(1, 1, "denied", "x"), RawDevice.publish(2, 2, "denied", "x"));
            assertEquals("PUBACK 1", device.receiveText());
            assertEquals("PUBREC 2", device.receiveText());
            device.send(RawDevice.pubrel(2));
            assertEquals("PUBCOMP 2", device.receiveText());
        }

        assertEquals(List.of("y"), payloads());
        assertEquals(5, rig.count("forebay.mqtt.publish.refused", "reason", "not_authorized"));
    }

    @Test
    @Mqtt311({"3.3.5-2"})
    void aDeniedTopicMayEndTheConnectionOfADeviceThatCannotBeTold() throws Exception {
        deny(DeniedPublish.DISCONNECT);
        try (RawDevice device = RawDevice.connected311(rig.port(), "d")) {
            device.send(RawDevice.publish(1, 1, "denied", "x"));
            assertEquals("closed", device.receiveText());
        }
        try (RawDevice device = RawDevice.connected(rig.port(), "e")) {
            device.send(RawDevice.publish(1, 1, "denied", "x"));
            assertEquals("PUBACK 1 0x87", device.receiveText());
        }
    }

    @Test
    void aPayloadThatIsNotTheTextItSaysIsRefusedWith0x99() throws Exception {
        String notText = "0001 74 0001 02 0101 ff";
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(1, 7, "routed", "é\u0000", TEXT));
            assertEquals("PUBACK 7", device.receiveText());
            device.sendHex("32 09" + notText);
            assertEquals("PUBACK 1 0x99", device.receiveText());
            device.sendHex("34 09" + notText);
            assertEquals("PUBREC 1 0x99", device.receiveText());
            device.sendHex("30 07 0001 74 02 0101 ff");
            assertEquals("DISCONNECT 0x99", device.receiveText());
        }
        assertEquals(1, rig.log.messages().size());
    }

    @Test
    void propertiesGoToTheLogAsTheyCameButForTheAlias() throws Exception {
        // Expiry, alias, two equal user properties around a content type.
        String properties = "02 0000003c 26 0001 61 0001 31 03 0001 63 26 0001 61 0001 31";
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.sendHex("32 25 0006 726f75746564 0001 1a 23 0002" + properties);
            assertEquals("PUBACK 1", device.receiveText());
            device.sendHex("32 08 0000 0002 03 23 0002");
            assertEquals("PUBACK 2", device.receiveText());
        }
        Message first = rig.log.messages().get(0);
        assertArrayEquals(HexFormat.of().parseHex(properties.replace(" ", "")), first.properties());
        assertEquals("routed", rig.log.messages().get(1).topic());
    }

    @Test
    void aTopicWithTooManyLevelsIsRefused() throws Exception {
        String deep = "routed" + "/".repeat(128);
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(1, 1, "routed" + "/".repeat(127), "x"), RawDevice.publish(1, 2, deep, "x"));
            assertEquals("PUBACK 1", device.receiveText());
            assertEquals("PUBACK 2 0x90", device.receiveText());
            device.send(RawDevice.publish(0, 0, deep, "x"));
            assertEquals("DISCONNECT 0x90", device.receiveText());
        }
    }

    @Test
    void aPacketIdThatAQos2MessageStillUsesIsRefused() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(2, 1, "routed", "x"), RawDevice.publish(1, 1, "routed", "y"));
            assertEquals("PUBREC 1", device.receiveText());
            assertEquals("PUBACK 1 0x91", device.receiveText());
            device.send(RawDevice.pubrel(1));
            assertEquals("PUBCOMP 1", device.receiveText());
            device.send(RawDevice.publish(1, 1, "routed", "y"));
            assertEquals("PUBACK 1", device.receiveText());
        }
    }

    @Test
    void whileTheLogIsFullAPublishIsRefusedWhereSoConfigured() throws Exception {
        ProtocolConfig usual = ProtocolConfig.DEFAULT;
        restart(Rig.config(
                new ProtocolConfig(0, true, "", "", usual.outboundBytesMax(), 1_000, 0, 128, WhenLogFull.REFUSE, false),
                AccessConfig.DEFAULT));
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            rig.log.state(LogState.FULL);
            device.send(RawDevice.publish(0, 0, "t", "0"), RawDevice.publish(1, 1, "t", "1"));
            assertEquals("PUBACK 1 0x97", device.receiveText());
            device.send(RawDevice.publish(2, 1, "t", "2"));
            assertEquals("PUBREC 1 0x97", device.receiveText());
            rig.log.state(LogState.OPEN);
            device.send(RawDevice.publish(1, 1, "t", "3"));
            assertEquals("PUBACK 1", device.receiveText());
        }
        assertEquals(List.of("3"), payloads());
    }

    private List<String> payloads() {
        return rig.log.messages().stream()
                .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
                .toList();
    }
}
