package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.security.AccessFile;
import io.forebay.gateway.session.Delivery;
import io.forebay.gateway.session.Subscription;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageBuilders.ConnectBuilder;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What rules of access let a device do, on the wire. */
class AccessIT {
    private static final String RULES = """
            rules:
              - {deny: both, topic: plant/secret/#}
              - {allow: both, topic: "own/%c/#", max-qos: 1, retain: false}
              - {allow: both, topic: plant/#}
            """;

    private final Rig rig = Rig.start();

    @AfterEach
    void stop() {
        rig.close();
    }

    private void rules(String yaml) {
        rig.access.change(AccessFile.parse(yaml.lines().toList()));
        rig.clients.onAccessChanged();
    }

    private static MqttPublishMessage retained(String topic, int packetId) {
        return new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, false, MqttQoS.AT_LEAST_ONCE, true, 0),
                new MqttPublishVariableHeader(topic, packetId, MqttProperties.NO_PROPERTIES),
                Unpooled.copiedBuffer("x", StandardCharsets.UTF_8));
    }

    private static Delivery.Publication publication(int packetId, String topic) {
        byte[] none = {};
        return new Delivery.Publication(
                packetId, packetId == 0 ? 0 : 1, false, false, topic, none, none, new int[0], 0);
    }

    private List<String> topics() {
        return rig.log.messages().stream().map(message -> message.topic()).toList();
    }

    @Test
    void aDeniedPublishIsToldAndNotTaken() throws Exception {
        rules(RULES);
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(
                    RawDevice.publish(1, 1, "plant/secret/a", "x"),
                    RawDevice.publish(2, 2, "elsewhere", "x"),
                    RawDevice.publish(0, 0, "elsewhere", "x"),
                    RawDevice.publish(1, 3, "plant/a", "x"));

            assertEquals("PUBACK 1 0x87", device.receiveText());
            assertEquals("PUBREC 2 0x87", device.receiveText());
            assertEquals("PUBACK 3", device.receiveText());
        }
        assertEquals(List.of("plant/a"), topics());
        assertEquals(3, rig.count("forebay.mqtt.publish.refused", "reason", "not_authorized"));
    }

    @Test
    void qosAndRetainAreLimitedByTheRule() throws Exception {
        rules(RULES);
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(2, 1, "own/d/a", "x"), retained("own/d/a", 2), retained("plant/a", 3));
            assertEquals("PUBREC 1 0x87", device.receiveText());
            assertEquals("PUBACK 2 0x87", device.receiveText());
            assertEquals("PUBACK 3", device.receiveText());

            device.send(RawDevice.subscribe(4, 2, "own/d/+", "plant/+"));
            assertEquals("SUBACK 4 [1, 2]", device.receiveText());
        }
    }

    @Test
    void aDeniedSubscriptionIsToldSharedOrNot() throws Exception {
        rules(RULES);
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.subscribe(1, 1, "plant/secret/a", "$share/g/plant/secret/a", "elsewhere", "plant/+"));
            assertEquals("SUBACK 1 [135, 135, 135, 1]", device.receiveText());
            device.send(RawDevice.subscribe(
                    2, 1, "plant/#", "$share/g/plant/#", "$share/g/plant/open/#", "$share/plant/plant/secret/#"));
            assertEquals("SUBACK 2 [1, 135, 1, 135]", device.receiveText());
            device.send(RawDevice.subscribe(3, 1, "$share/g/$share/h/plant/a", "$share/own/d/#", "$share/g//plant/a"));
            assertEquals("SUBACK 3 [135, 135, 135]", device.receiveText(), "what follows the group is the filter");
        }
        try (RawDevice old = RawDevice.connected311(rig.port(), "o")) {
            old.send(RawDevice.subscribe(1, 1, "plant/secret/a", "plant/a"));
            assertEquals("SUBACK 1 [128, 1]", old.receiveText());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "#", "d/x", "%c", "a+", "$SYS"})
    void noClientIdWidensARule(String clientId) throws Exception {
        rules("rules:\n  - {allow: both, topic: \"%c/#\"}\n");
        try (RawDevice device = RawDevice.connected(rig.port(), clientId)) {
            device.send(RawDevice.subscribe(1, 1, "victim/#", "#", "+/#", "d/#"));
            assertEquals("SUBACK 1 [135, 135, 135, 135]", device.receiveText());
            device.send(RawDevice.publish(1, 2, "victim/a", "x"));
            assertEquals("PUBACK 2 0x87", device.receiveText());
        }
    }

    @Test
    void aWillThatMayNotBePublishedIsRefusedAtConnect() throws Exception {
        rules(RULES);
        for (MqttVersion version : List.of(MqttVersion.MQTT_5, MqttVersion.MQTT_3_1_1)) {
            try (RawDevice device = new RawDevice(rig.port())) {
                device.send(
                        withWill("plant/secret/gone").protocolVersion(version).build());
                assertEquals(version == MqttVersion.MQTT_5 ? "CONNACK 0x87" : "CONNACK 0x05", device.receiveText());
                assertEquals("closed", device.receiveText());
            }
        }
        assertEquals(List.of(), rig.sessions.events());
        try (RawDevice device = new RawDevice(rig.port())) {
            device.send(withWill("plant/gone").build());
            assertEquals("CONNACK", device.receiveText());
        }
    }

    private static ConnectBuilder withWill(String topic) {
        return RawDevice.connect("d")
                .willFlag(true)
                .willQoS(MqttQoS.AT_LEAST_ONCE)
                .willTopic(topic)
                .willMessage("x".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aSubscriptionThatIsNotAllowedAnyMoreBringsNothingAndNobodyIsDisconnected() throws Exception {
        rules("rules:\n  - {allow: both, topic: \"#\"}\n");
        try (RawDevice device = RawDevice.connected(rig.port(), "d");
                RawDevice other = RawDevice.connected(rig.port(), "e")) {
            device.send(RawDevice.subscribe(1, 1, "#"));
            assertEquals("SUBACK 1 [1]", device.receiveText());
            rig.sessions.deliver("d", publication(1, "plant/a"));
            assertEquals("PUBLISH 1 plant/a=", device.receiveText());

            rules("rules:\n  - {deny: both, topic: plant/#}\n  - {allow: both, topic: \"#\"}\n");
            rig.sessions.deliver("d", publication(2, "plant/a"), publication(0, "plant/a"), publication(3, "open/a"));
            assertEquals("PUBLISH 3 open/a=", device.receiveText());
            assertTrue(rig.sessions.events().contains("refused 2"), "the session waits for it for ever");
            assertEquals(2, rig.count("forebay.mqtt.left.out", "reason", "denied"));
            device.send(RawDevice.publish(1, 4, "plant/a", "x"));
            assertEquals("PUBACK 4 0x87", device.receiveText());

            rules("rules:\n  - {allow: both, topic: \"#\"}\n");
            rig.sessions.deliver("d", publication(5, "plant/a"));
            assertEquals("PUBLISH 5 plant/a=", device.receiveText());
            other.send(RawDevice.ping());
            assertEquals("PINGRESP", other.receiveText());
        }
    }

    @Test
    void aQosThatIsLoweredCountsForWhatIsSubscribedAlready() throws Exception {
        rules("rules:\n  - {allow: both, topic: \"#\"}\n");
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.subscribe(1, 2, "#"));
            assertEquals("SUBACK 1 [2]", device.receiveText());

            rules("rules:\n  - {allow: both, topic: a, max-qos: 0}\n  - {allow: both, topic: b, max-qos: 1}\n");
            rig.sessions.deliver("d", at(2, 7, false, "a"), at(2, 8, false, "b"), at(0, 0, false, "b"));
            assertEquals("PUBLISH -1 a=", device.receiveText());
            assertTrue(rig.sessions.events().contains("refused 7"), "the session waits for it for ever");
            assertEquals("PUBLISH 8 b=", device.receiveText());
            assertEquals("PUBLISH -1 b=", device.receiveText());
            device.send(RawDevice.reply(
                    MqttMessageType.PUBACK, 8, 0)); // PUBREC would end the connection: at QoS 1 it is not due.
            Rig.until(() -> rig.sessions.events().contains("acknowledged 8"));

            rig.sessions.deliver("d", at(2, 9, true, "a"));
            assertEquals(
                    "PUBLISH 9 dup a=", device.receiveText(), "what it may have received before is brought to its end");
            device.send(RawDevice.reply(MqttMessageType.PUBREC, 9, 0));
            assertEquals("PUBREL 9", device.receiveText());
        }
    }

    private static Delivery.Publication at(int qos, int packetId, boolean dup, String topic) {
        byte[] none = {};
        return new Delivery.Publication(packetId, qos, dup, false, topic, none, none, new int[0], 0);
    }

    @Test
    void aMemberLeavesAGroupThatItIsNotAllowedAnyMoreAndStaysInTheOthers() throws Exception {
        rules("rules:\n  - {allow: both, topic: \"#\"}\n");
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.subscribe(1, 1, "$share/g/plant/#", "$share/g/open/#", "plant/a"));
            assertEquals("SUBACK 1 [1, 1, 1]", device.receiveText());

            rules("rules:\n  - {deny: both, topic: plant/secret}\n  - {allow: both, topic: \"#\"}\n");
            Rig.until(() -> rig.sessions.subscriptions("d").size() == 2);
            assertEquals(
                    List.of("$share/g/open/#", "plant/a"),
                    rig.sessions.subscriptions("d").stream()
                            .map(Subscription::filter)
                            .sorted()
                            .toList());
        }
    }
}
