package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogState;
import io.forebay.storage.Message;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The MQTT side by itself, packet by packet, over a log whose durability the test decides. */
class MqttListenerIT {
    private static final int RECEIVE_MAXIMUM = Rig.RECEIVE_MAXIMUM;
    private static final MqttConfig CONFIG = Rig.CONFIG;

    private Rig rig;
    private FakeLog log;
    private int port;

    @BeforeEach
    void start() {
        rig = Rig.start();
        log = rig.log;
        port = rig.port();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void noPubackLeavesBeforeTheMessageIsDurable() throws Exception {
        try (RawDevice device = RawDevice.connected(port, "d")) {
            log.hold();
            device.send(RawDevice.publish(1, 7, "t", "x"));
            Rig.until(() -> log.messages().size() == 1);

            assertTrue(device.silentFor(200), "acknowledged before durable");
            log.sync();

            assertEquals("PUBACK 7", device.receiveText());
        }
    }

    @Test
    void neitherPubrecNorPubcompLeavesBeforeItIsDurable() throws Exception {
        try (RawDevice device = RawDevice.connected(port, "d")) {
            log.hold();
            device.send(RawDevice.publish(2, 7, "t", "x"));
            assertTrue(device.silentFor(200), "received before durable");
            log.sync();
            assertEquals("PUBREC 7", device.receiveText());

            log.hold();
            device.send(RawDevice.pubrel(7));
            assertTrue(device.silentFor(200), "completed before durable");
            log.sync();
            assertEquals("PUBCOMP 7", device.receiveText());
        }
    }

    @Test
    void aRepeatedQos2PublishIsStoredOnce() throws Exception {
        try (RawDevice device = RawDevice.connected(port, "d")) {
            device.send(RawDevice.publish(2, 7, "t", "x"), RawDevice.publish(2, 7, "t", "x"));

            assertEquals("PUBREC 7", device.receiveText());
            assertEquals("PUBREC 7", device.receiveText());
            assertEquals(1, log.messages().size());
        }
    }

    @Test
    void anUnknownReleaseIsCompletedLikeAnother() throws Exception {
        try (RawDevice device = RawDevice.connected(port, "d")) {
            device.send(RawDevice.pubrel(9));

            assertEquals("PUBCOMP 9", device.receiveText());
        }
    }

    @Test
    void acknowledgementsLeaveInTheOrderReceived() throws Exception {
        try (RawDevice device = RawDevice.connected(port, "d")) {
            log.hold();
            for (int id = RECEIVE_MAXIMUM; id >= 1; id--) {
                device.send(RawDevice.publish(1, id, "t", "x"));
            }
            Rig.until(() -> log.messages().size() == RECEIVE_MAXIMUM);
            log.sync();

            for (int id = RECEIVE_MAXIMUM; id >= 1; id--) {
                assertEquals("PUBACK " + id, device.receiveText());
            }
        }
    }

    @Test
    void moreThanReceiveMaximumEndsTheConnectionWith0x93() throws Exception {
        try (RawDevice device = RawDevice.connected(port, "d")) {
            log.hold();
            for (int id = 1; id <= RECEIVE_MAXIMUM + 1; id++) {
                device.send(RawDevice.publish(1, id, "t", "x"));
            }

            assertEquals("DISCONNECT 0x93", device.receiveText());
            assertEquals("closed", device.receiveText());
        }
    }

    @Test
    void aDeviceOf311IsHeldBackInsteadAndLosesNothing() throws Exception {
        int count = 10 * RECEIVE_MAXIMUM;
        try (RawDevice device = new RawDevice(port)) {
            device.send(RawDevice.connect("d")
                    .protocolVersion(MqttVersion.MQTT_3_1_1)
                    .build());
            assertEquals("CONNACK", device.receiveText());
            log.hold();
            for (int id = 1; id <= count; id++) {
                device.send(RawDevice.publish(1, id, "t", Integer.toString(id)));
            }
            Rig.until(() -> log.messages().size() == RECEIVE_MAXIMUM);
            assertTrue(device.silentFor(100));
            assertEquals(RECEIVE_MAXIMUM, log.messages().size(), "more was read than may be in flight");
            log.sync();

            for (int id = 1; id <= count; id++) {
                assertEquals("PUBACK " + id, device.receiveText());
            }
            assertEquals(
                    IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList(), payloads());
        }
    }

    @Test
    void aFullLogPausesTheSocketAndResumesInOrder() throws Exception {
        try (RawDevice device = RawDevice.connected(port, "d")) {
            log.room(false);
            device.send(RawDevice.publish(0, 0, "t", "1"), RawDevice.publish(0, 0, "t", "2"), RawDevice.ping());
            Rig.until(() -> log.messages().size() == 1);
            assertTrue(device.silentFor(200), "the socket was read on");
            assertEquals(List.of("1"), payloads());
            log.room(true);

            assertEquals("PINGRESP", device.receiveText());
            assertEquals(List.of("1", "2"), payloads());
        }
    }

    @Test
    void whatWaitsOnAPausedSocketIsDroppedUnacknowledgedWhenTheDeviceLeaves() throws Exception {
        try (RawDevice device = RawDevice.connected(port, "d")) {
            log.room(false);
            for (int id = 1; id <= RECEIVE_MAXIMUM; id++) {
                device.send(RawDevice.publish(1, id, "t", Integer.toString(id)));
            }
            Rig.until(() -> log.messages().size() == 1);
        }
        Rig.until(() -> log.sessionEvents().size() == 2);
        log.room(true);

        try (RawDevice device = RawDevice.connected(port, "d")) {
            device.send(RawDevice.ping());
            assertEquals("PINGRESP", device.receiveText());
            assertEquals(List.of("1"), payloads());
        }
    }

    @Test
    void theNewerConnectionTakesTheClientIdAfterTheOlderHasHandedItsSessionBack() throws Exception {
        try (RawDevice older = RawDevice.connected(port, "same");
                RawDevice newer = new RawDevice(port)) {
            newer.send(RawDevice.connect("same").build());

            assertEquals("DISCONNECT 0x8e", older.receiveText());
            assertEquals("closed", older.receiveText());
            assertEquals("CONNACK", newer.receiveText());
            assertEquals(List.of("open same", "close same", "open same"), log.sessionEvents());
            newer.send(RawDevice.ping());
            assertEquals("PINGRESP", newer.receiveText());
        }
    }

    @Test
    void stoppingAcknowledgesWhatIsInFlightThenSaysServerShuttingDown() throws Exception {
        try (RawDevice device = RawDevice.connected(port, "d")) {
            log.hold();
            device.send(RawDevice.publish(1, 7, "t", "x"));
            Rig.until(() -> log.messages().size() == 1);
            Future<Void> stopped = rig.undeploy();
            assertTrue(device.silentFor(100));
            log.sync();

            assertEquals("PUBACK 7", device.receiveText());
            assertEquals("DISCONNECT 0x8b", device.receiveText());
            assertEquals("closed", device.receiveText());
            Rig.await(stopped);
        }
    }

    @Test
    void aDeviceWithoutClientIdIsGivenOne() throws Exception {
        try (RawDevice device = new RawDevice(port)) {
            device.send(RawDevice.connect("").build());
            MqttConnAckMessage connack = (MqttConnAckMessage) device.receive();

            assertNotNull(connack.variableHeader().properties().getProperty(MqttProperties.ASSIGNED_CLIENT_IDENTIFIER));
        }
    }

    @Test
    void whatADeviceDoesWrongHasItsReasonCode() throws Exception {
        try (RawDevice device = RawDevice.connected(port, "second-connect")) {
            device.send(RawDevice.connect("again").build());
            assertEquals("DISCONNECT 0x82", device.receiveText());
        }
        try (RawDevice device = RawDevice.connected(port, "unknown-alias")) {
            device.send(RawDevice.publish(1, 1, "", "x", alias(1)));
            assertEquals("DISCONNECT 0x82", device.receiveText());
        }
        try (RawDevice device = RawDevice.connected(port, "alias-too-great")) {
            device.send(RawDevice.publish(1, 1, "t", "x", alias(5)));
            assertEquals("DISCONNECT 0x94", device.receiveText());
        }
        try (RawDevice device = RawDevice.connected(port, "too-large")) {
            // The header of a packet of 2 MiB is enough: it is refused before it is there.
            device.sendBytes(new byte[] {0x32, (byte) 0x80, (byte) 0x80, (byte) 0x80, 1, 0, 1, 't', 0, 1, 0});
            assertEquals("DISCONNECT 0x95", device.receiveText());
        }
        try (RawDevice device = RawDevice.connected(port, "malformed")) {
            device.sendBytes(new byte[] {0x36, 4, 0, 1, 't', 0}); // QoS 3
            assertEquals("DISCONNECT 0x81", device.receiveText());
        }
    }

    @Test
    void aConnectThatCannotBeAcceptedIsToldWhy() throws Exception {
        try (RawDevice device = new RawDevice(port)) {
            device.sendBytes(new byte[] {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 9, 2, 0, 60, 0, 1, 'd'});
            assertEquals("CONNACK 0x01", device.receiveText());
        }
        try (RawDevice device = new RawDevice(port)) {
            device.send(
                    RawDevice.connect("x".repeat(CONFIG.clientIdBytesMax() + 1)).build());
            assertEquals("CONNACK 0x85", device.receiveText());
        }
        try (RawDevice device = new RawDevice(port)) {
            log.state(LogState.FULL);
            device.send(RawDevice.connect("full").build());
            assertEquals("CONNACK 0x97", device.receiveText());
            log.state(LogState.OPEN);
        }
        try (RawDevice one = RawDevice.connected(port, "1");
                RawDevice two = RawDevice.connected(port, "2");
                RawDevice three = RawDevice.connected(port, "3");
                RawDevice four = new RawDevice(port)) {
            four.send(RawDevice.connect("4").build());
            assertEquals("CONNACK 0x89", four.receiveText());
            for (RawDevice other : List.of(one, two, three)) {
                other.send(RawDevice.ping());
                assertEquals("PINGRESP", other.receiveText());
            }
        }
    }

    @Test
    void silenceEndsAConnectionBeforeAndAfterConnect() throws Exception {
        try (Rig impatient = Rig.start(Rig.impatient(300));
                RawDevice device = new RawDevice(impatient.port())) {
            assertEquals("closed", device.receiveText());
        }
        try (RawDevice device = new RawDevice(port)) {
            device.send(RawDevice.connect("d").keepAlive(1).build());
            assertEquals("CONNACK", device.receiveText());
            assertEquals("DISCONNECT 0x8d", device.receiveText());
        }
    }

    @Test
    void aTopicAliasStandsForItsTopicAndStaysOutOfTheLog() throws Exception {
        try (RawDevice device = RawDevice.connected(port, "d")) {
            device.send(
                    RawDevice.publish(1, 1, "long/topic", "x", alias(2)), RawDevice.publish(1, 2, "", "y", alias(2)));

            assertEquals("PUBACK 1", device.receiveText());
            assertEquals("PUBACK 2", device.receiveText());
            for (Message message : log.messages()) {
                assertEquals("long/topic", message.topic());
                assertArrayEquals(new byte[0], message.properties());
            }
        }
    }

    private List<String> payloads() {
        return log.messages().stream()
                .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    private static MqttProperties alias(int alias) {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.IntegerProperty(MqttProperties.TOPIC_ALIAS, alias));
        return properties;
    }
}
