package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.connect;
import static io.forebay.gateway.conformance.Packets.publish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT and CONNACK that are in order: MQTT-3.1 and MQTT-3.2. What is not in order is in {@link ConnectRefusedWireIT}. */
class ConnectWireIT {
    @RegisterExtension
    static final Broker BROKER = new Broker();

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.1.4-4", "3.1.4-5", "3.2.0-1", "3.2.2-1", "3.2.2-2", "3.2.2-8"})
    @Mqtt311({"3.1.4-3", "3.1.4-4", "3.2.0-1", "3.2.2-1"})
    void mqtt_3_2_0_1_acceptedWithConnack(int level) throws Exception {
        try (WireClient client = BROKER.open(level)) {
            client.send(connect(level, BROKER.name("c"))).expect("CONNACK 0x00");
            client.serves();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.1.3-5", "3.1.2-17", "3.1.2-19", "3.1.3-1"})
    @Mqtt311({"3.1.3-5", "3.1.2-19", "3.1.2-21", "3.1.3-1"})
    void mqtt_3_1_3_5_clientIdsOfLettersAndDigitsAreAccepted(int level) throws Exception {
        for (String id : List.of("0", "0123456789abcdefghijklm", "nopqrstuvwxyzABCDEFGHIJ", "KLMNOPQRSTUVWXYZ")) {
            BROKER.connect(level, id).disconnect();
        }
        String everything =
                '"' + BROKER.name("c") + "\" " + (level == 5 ? "()" : "") + " \"t\" \"will\" \"user\" \"pass\"";
        BROKER.connected(level, connect(level, 0xC6, 60, "", everything)).disconnect();
    }

    @Test
    @Mqtt5({"3.1.3-6", "3.1.3-7", "3.2.2-16"})
    void mqtt_3_1_3_7_anEmptyClientIdIsAssignedOneOfItsOwn() throws Exception {
        try (WireClient one = BROKER.connect(5, "");
                WireClient other = BROKER.connect(5, "")) {
            String assigned = one.connack.property(18);
            assertNotNull(assigned);
            assertNotEquals("", assigned);
            assertNotEquals(assigned, other.connack.property(18));
            one.serves();
            BROKER.connect(5, assigned).close();
            one.endedWith(0x8E);
        }
    }

    @Test
    @Mqtt311({"3.1.3-6"})
    void mqtt_3_1_3_6_emptyClientIdsOfMqtt311DoNotMeet() throws Exception {
        try (WireClient one = BROKER.connect(4, "");
                WireClient other = BROKER.connect(4, "")) {
            one.serves();
            other.serves();
        }
    }

    @Test
    @Mqtt5({"3.2.2-16"})
    void mqtt_3_2_2_16_noClientIdIsAssignedToWhoBroughtOne() throws Exception {
        try (WireClient client = BROKER.connect(5)) {
            assertNull(client.connack.property(18));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.1.4-3", "3.1.3-2", "3.14.2-1"})
    @Mqtt311({"3.1.4-2", "3.1.3-2"})
    void mqtt_3_1_4_3_aSecondConnectionTakesTheSessionOver(int level) throws Exception {
        String id = BROKER.name("c");
        try (WireClient first = BROKER.connect(level, id);
                WireClient second = BROKER.connect(level, id)) {
            first.endedWith(0x8E);
            second.serves();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.2-1"})
    @Mqtt311({"7.1.1-1"})
    void mqtt_4_2_1_packetsAreReadFromAStreamOfBytes(int level) throws Exception {
        byte[] bytes = Bytes.of(connect(level, BROKER.name("c")) + Packets.PINGREQ + Packets.PINGREQ);
        try (WireClient client = BROKER.open(level)) {
            for (byte single : bytes) {
                client.sendBytes(new byte[] {single});
            }
            client.expect("CONNACK 0x00", "PINGRESP", "PINGRESP");
        }
        String id = BROKER.name("c");
        try (WireClient client = BROKER.open(level)) {
            client.sendBytes(
                    Bytes.of(connect(level, id) + publish(level, 1, 1, BROKER.name("t"), "x") + Packets.PINGREQ));
            assertEquals("CONNACK 0x00", client.next());
            assertTrue(List.of("PUBACK 1", "PUBACK 1 0x10", "PINGRESP").contains(client.next()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.1.2-22", "3.2.2-22"})
    @Mqtt311({"3.1.2-24"})
    void mqtt_3_1_2_22_silenceBeyondTheKeepAliveEndsTheConnection(int level) throws Exception {
        long start = System.nanoTime(); // Not after CONNACK: who is held up there would measure too little.
        try (WireClient client = BROKER.connected(level, connect(level, 2, 1, "", '"' + BROKER.name("c") + '"'))) {
            client.endedWith(0x8D);
            long silentMs = (System.nanoTime() - start) / 1_000_000;
            assertTrue(silentMs > 1_200, "closed after " + silentMs + " ms");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.12.4-1"})
    @Mqtt311({"3.12.4-1"})
    void mqtt_3_12_4_1_aPingIsAnswered(int level) throws Exception {
        try (WireClient client = BROKER.connect(level)) {
            client.send(Packets.PINGREQ);
            assertEquals("d0", String.format("%02x", client.receive().header()));
        }
    }

    @Test
    @Mqtt5({"3.1.2-28"})
    void mqtt_3_1_2_28_noResponseInformationUnlessRequested() throws Exception {
        for (String properties : List.of("", "19 00")) {
            String connect = connect(5, 2, 60, properties, '"' + BROKER.name("c") + '"');
            try (WireClient client = BROKER.connected(5, connect)) {
                assertNull(client.connack.property(26));
            }
        }
    }

    @Test
    @Mqtt5({"3.1.2-29"})
    void mqtt_3_1_2_29_noReasonStringsWhereTheyAreNotWanted() throws Exception {
        String connect = connect(5, 2, 60, "17 00", '"' + BROKER.name("c") + '"');
        try (WireClient client = BROKER.connected(5, connect)) {
            client.send(Packets.pubrel(77));
            Packet pubcomp = client.receive();
            assertEquals("PUBCOMP 77", pubcomp.toString());
            assertEquals(List.of(), pubcomp.properties());
            client.send("A2 (u16:5 () \"nothing\")");
            Packet unsuback = client.receive();
            assertEquals("UNSUBACK 5 [11]", unsuback.toString());
            assertEquals(List.of(), unsuback.properties());
        }
    }

    @Test
    @Mqtt5({"3.2.2-19", "3.2.2-20", "3.1.2-24"})
    void mqtt_3_2_2_19_connackKeepsToTheClientsMaximumPacketSize() throws Exception {
        String connect = connect(5, 2, 60, "27 u32:64", '"' + BROKER.name("c") + '"');
        try (WireClient client = BROKER.connected(5, connect)) {
            assertTrue(client.connack.length() <= 64, client.connack.hex());
        }
    }

    @Test
    @Mqtt5({"4.12.0-6"})
    void mqtt_4_12_0_6_noAuthenticationMethodInConnackWithoutOneInConnect() throws Exception {
        try (WireClient client = BROKER.connect(5)) {
            assertNull(client.connack.property(21));
        }
    }
}
