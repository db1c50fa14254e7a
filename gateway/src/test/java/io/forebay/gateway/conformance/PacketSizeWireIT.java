package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.connect;
import static io.forebay.gateway.conformance.Packets.publish;
import static io.forebay.gateway.conformance.Packets.pubrel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Maximum Packet Size in both directions: MQTT-3.1.2.11.4 and MQTT-3.2.2.3.6. */
class PacketSizeWireIT {
    private static final int SMALL = 40;

    @RegisterExtension
    static final Broker BROKER = new Broker(Map.of("FOREBAY_MQTT_PACKET_BYTES_MAX", "64 KiB"));

    @Test
    @Mqtt5({
        "3.4.2-2",
        "3.4.2-3",
        "3.5.2-2",
        "3.5.2-3",
        "3.6.2-2",
        "3.6.2-3",
        "3.7.2-2",
        "3.7.2-3",
        "3.9.2-1",
        "3.9.2-2",
        "3.11.2-1",
        "3.11.2-2",
        "3.14.2-3",
        "3.14.2-4",
        "3.1.2-24"
    })
    void mqtt_3_4_2_2_answersKeepToTheClientsMaximumPacketSize() throws Exception {
        String topic = BROKER.name("t");
        String connect = connect(5, 2, 60, "27 u32:" + SMALL, '"' + BROKER.name("c") + '"');
        try (WireClient client = BROKER.connected(5, connect);
                WireClient publisher = BROKER.connect(5)) {
            List<String> requests = List.of(
                    "82 (u16:1 () \"" + topic + "\" 02)",
                    "82 (u16:2 () \"a/#\" 00 \"b/#\" 00)",
                    "A2 (u16:3 () \"nothing\")",
                    publish(5, 1, 4, "nobody", "x"),
                    publish(5, 2, 5, "nobody", "x"),
                    pubrel(5),
                    pubrel(77));
            for (String request : requests) {
                assertSmall(client.send(request).receive());
            }
            publisher.publish(2, topic, "x");
            int id = client.receive().id();
            assertSmall(client.send(Packets.pubrec(id)).receive());
            assertSmall(client.send(Packets.pubcomp(id), "D0 ()").receive());
        }
    }

    private static void assertSmall(Packet packet) {
        assertTrue(packet.length() <= SMALL, packet + " has " + packet.length() + " bytes");
    }

    @Test
    @Mqtt5({"3.14.2-2"})
    void mqtt_3_14_2_2_theServersDisconnectHasNoSessionExpiry() throws Exception {
        String id = BROKER.name("c");
        try (WireClient first = BROKER.resume(5, id);
                WireClient second = BROKER.resume(5, id)) {
            Packet disconnect = first.receive();
            assertEquals("DISCONNECT 0x8e", disconnect.toString());
            assertTrue(disconnect.properties().stream().noneMatch(p -> p.startsWith("17=")), disconnect.hex());
            second.serves();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.2.2-15"})
    void mqtt_3_2_2_15_aPacketThatIsTooLargeIsRefusedFromItsHeader(int level) throws Exception {
        assumeTrue(BROKER.isOurs(), "the limit of a foreign broker is unknown");
        try (WireClient client = BROKER.connect(level)) {
            client.publish(0, BROKER.name("t"), "x".repeat(65_000)).serves();
            // 65 536 is the whole packet: type, three bytes of length, and 65 532.
            client.send("30 var:65533").endedWith(0x95);
        }
        try (WireClient client = BROKER.connect(5)) {
            assertEquals("65536", client.connack.property(39));
        }
    }

    @Test
    void aConnectThatIsTooLargeIsRefusedFromItsHeader() throws Exception {
        assumeTrue(BROKER.isOurs(), "the limit of a foreign broker is unknown");
        try (WireClient client = BROKER.open(5)) {
            client.send("10 var:268435455");
            byte[] answer = client.receiveAll();
            assertTrue(answer.length == 0 || Bytes.hex(answer).equals("2003009500"), Bytes.hex(answer));
        }
    }
}
