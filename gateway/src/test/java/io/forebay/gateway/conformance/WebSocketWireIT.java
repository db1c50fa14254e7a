package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.connect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** MQTT over WebSocket: MQTT-6. */
class WebSocketWireIT {
    @RegisterExtension
    static final Broker BROKER = Broker.withWebSocket();

    private static final String CONNACK_AND_PONG = "20 (00 00) D0 ()";

    @BeforeAll
    static void needsAListener() {
        assumeTrue(BROKER.webSocketPort() > 0, "the broker at -Dconformance.port needs -Dconformance.ws.port as well");
    }

    @Test
    @Mqtt5({"6.0.0-3", "6.0.0-4"})
    @Mqtt311({"6.0.0-3", "6.0.0-4"})
    void mqtt_6_0_0_4_theSubprotocolIsMqtt() throws Exception {
        try (WebSocketWire wire = new WebSocketWire(BROKER.webSocketPort(), "mqtt")) {
            assertEquals("mqtt", wire.subprotocol());
        }
        try (WebSocketWire wire = new WebSocketWire(BROKER.webSocketPort(), "other, mqtt")) {
            assertEquals("mqtt", wire.subprotocol());
        }
    }

    @Test
    @Mqtt5({"6.0.0-1"})
    @Mqtt311({"6.0.0-1"})
    void mqtt_6_0_0_1_packetsComeInBinaryFrames() throws Exception {
        try (WebSocketWire wire = new WebSocketWire(BROKER.webSocketPort(), "mqtt")) {
            wire.send(2, true, Bytes.of(connect(4, BROKER.name("c")) + Packets.PINGREQ));
            assertEquals(Bytes.hex(Bytes.of(CONNACK_AND_PONG)), Bytes.hex(wire.receive(6)));
        }
    }

    @Test
    @Mqtt5({"6.0.0-1"})
    @Mqtt311({"6.0.0-1"})
    void mqtt_6_0_0_1_aTextFrameEndsTheConnection() throws Exception {
        try (WebSocketWire wire = new WebSocketWire(BROKER.webSocketPort(), "mqtt")) {
            wire.send(1, true, Bytes.of(connect(4, BROKER.name("c"))));
            assertTrue(wire.closedByServer());
        }
    }

    @Test
    @Mqtt5({"6.0.0-2"})
    @Mqtt311({"6.0.0-2"})
    void mqtt_6_0_0_2_packetsAndFramesAreNotAligned() throws Exception {
        byte[] bytes = Bytes.of(connect(4, BROKER.name("c")) + Packets.PINGREQ);
        try (WebSocketWire wire = new WebSocketWire(BROKER.webSocketPort(), "mqtt")) {
            for (byte single : bytes) {
                wire.send(2, true, new byte[] {single});
            }
            assertEquals(Bytes.hex(Bytes.of(CONNACK_AND_PONG)), Bytes.hex(wire.receive(6)));
        }
    }

    @Test
    void continuationFramesAreJoined() throws Exception {
        byte[] bytes = Bytes.of(connect(4, BROKER.name("c")) + Packets.PINGREQ);
        try (WebSocketWire wire = new WebSocketWire(BROKER.webSocketPort(), "mqtt")) {
            for (int i = 0; i < bytes.length; i++) {
                wire.send(i == 0 ? 2 : 0, i == bytes.length - 1, new byte[] {bytes[i]});
            }
            assertEquals(Bytes.hex(Bytes.of(CONNACK_AND_PONG)), Bytes.hex(wire.receive(6)));
        }
    }
}
