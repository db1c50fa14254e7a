package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.connect;
import static io.forebay.gateway.conformance.Packets.publish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What outlives a connection: MQTT-3.1.2.4, MQTT-4.1 and MQTT-4.4. */
class SessionWireIT {
    @RegisterExtension
    static final Broker BROKER = new Broker();

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.1.2-5", "3.1.2-6", "3.1.2-23", "3.2.2-3"})
    @Mqtt311({"3.1.2-4", "3.1.2-5", "3.2.2-2", "3.2.2-3", "4.1.0-1"})
    void mqtt_3_1_2_5_aSessionIsResumed(int level) throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        WireClient first = BROKER.resume(level, id);
        assertFalse(first.connack.sessionPresent());
        first.subscribe(topic, 2).disconnect();
        BROKER.connect(level).publish(1, topic, "one").publish(2, topic, "two").disconnect();
        try (WireClient again = BROKER.resume(level, id)) {
            assertTrue(again.connack.sessionPresent());
            again.take("PUBLISH " + topic + " q1 'one'");
            again.take("PUBLISH " + topic + " q2 'two'");
            again.publish(0, topic, "three").expect("PUBLISH " + topic + " q0 'three'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.1.2-4", "3.2.2-2", "3.1.4-4"})
    @Mqtt311({"3.1.2-6", "3.2.2-1", "3.1.4-3"})
    void mqtt_3_1_2_4_aCleanStartForgetsTheSession(int level) throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        BROKER.resume(level, id).subscribe(topic, 2).disconnect();
        BROKER.connect(level).publish(1, topic, "one").disconnect();
        WireClient clean = BROKER.connect(level, id);
        assertFalse(clean.connack.sessionPresent());
        clean.publish(1, topic, "two").serves();
        clean.disconnect();
        try (WireClient again = BROKER.resume(level, id)) {
            assertFalse(again.connack.sessionPresent());
            again.serves();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.3.1-1", "4.4.0-1", "4.6.0-1", "4.3.2-3", "4.3.3-3"})
    @Mqtt311({"3.3.1-1", "4.4.0-1", "4.6.0-1", "2.3.1-3", "4.3.2-1", "4.3.3-1"})
    void mqtt_4_4_0_1_whatIsUnacknowledgedIsSentAgainInOrderWithItsPacketId(int level) throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        WireClient first = BROKER.resume(level, id).subscribe(topic, 2);
        BROKER.connect(level)
                .publish(1, topic, "a")
                .publish(2, topic, "b")
                .publish(1, topic, "c")
                .disconnect();
        List<Integer> ids = new ArrayList<>();
        for (String text : List.of("q1 'a'", "q2 'b'", "q1 'c'")) {
            Packet packet = first.receive();
            assertEquals("PUBLISH " + topic + ' ' + text, packet.toString());
            ids.add(packet.id());
        }
        first.drop();
        try (WireClient again = BROKER.resume(level, id)) {
            for (String text : List.of("q1 dup 'a'", "q2 dup 'b'", "q1 dup 'c'")) {
                Packet packet = again.receive();
                assertEquals("PUBLISH " + topic + ' ' + text, packet.toString());
                assertEquals(ids.remove(0), packet.id());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.3.3-5", "4.3.3-6", "4.4.0-1"})
    @Mqtt311({"4.3.3-1", "4.4.0-1"})
    void mqtt_4_3_3_6_afterPubrecOnlyTheReleaseIsSentAgain(int level) throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        WireClient first = BROKER.resume(level, id).subscribe(topic, 2);
        BROKER.connect(level).publish(2, topic, "x").disconnect();
        int packetId = first.receive().id();
        first.send(Packets.pubrec(packetId)).expect("PUBREL " + packetId);
        first.drop();
        try (WireClient again = BROKER.resume(level, id)) {
            again.expect("PUBREL " + packetId);
            again.send(Packets.pubcomp(packetId)).serves();
        }
        try (WireClient last = BROKER.resume(level, id)) {
            last.serves();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.4.0-1"})
    @Mqtt311({"4.4.0-1"})
    void mqtt_4_4_0_1_nothingIsSentAgainWithinAConnection(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(level).subscribe(topic, 1)) {
            BROKER.connect(level).publish(1, topic, "x").disconnect();
            client.expect("PUBLISH " + topic + " q1 'x'");
            client.silentFor(1_000);
        }
    }

    @Test
    @Mqtt5({"4.4.0-2"})
    void mqtt_4_4_0_2_whatWasRefusedIsNotSentAgain() throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        WireClient first = BROKER.resume(5, id).subscribe(topic, 2);
        BROKER.connect(5).publish(1, topic, "a").publish(2, topic, "b").disconnect();
        first.send(
                        "40 (u16:" + first.receive().id() + " 80)",
                        "50 (u16:" + first.receive().id() + " 97)")
                .serves();
        first.drop();
        try (WireClient again = BROKER.resume(5, id)) {
            again.serves();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.3.3-10", "3.1.2-23"})
    @Mqtt311({"4.3.3-2", "3.1.2-4"})
    void mqtt_4_3_3_10_aRepeatInALaterConnectionIsDeliveredOnce(int level) throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        try (WireClient subscriber = BROKER.connect(level).subscribe(topic, 0)) {
            WireClient first = BROKER.resume(level, id);
            first.send(publish(level, 2, 5, topic, "one")).expect("PUBREC 5");
            first.drop();
            try (WireClient again = BROKER.resume(level, id)) {
                again.send(publish(level, 0x3C, 5, topic, "", "one")).expect("PUBREC 5");
                again.send(Packets.pubrel(5)).expect("PUBCOMP 5");
                again.publish(0, topic, "end");
            }
            subscriber.expect("PUBLISH " + topic + " q0 'one'", "PUBLISH " + topic + " q0 'end'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.1.0-2", "3.1.2-6"})
    @Mqtt311({"3.1.2-6"})
    void mqtt_4_1_0_2_aSessionWithoutExpiryEndsWithItsConnection(int level) throws Exception {
        String id = BROKER.name("c");
        BROKER.connect(level, id).subscribe(BROKER.name("t"), 1).disconnect();
        try (WireClient again = BROKER.resume(level, id)) {
            assertFalse(again.connack.sessionPresent());
        }
        if (level == 5) {
            String other = '"' + BROKER.name("c") + '"';
            BROKER.connected(5, connect(5, 0, 60, "", other)).disconnect();
            BROKER.connected(5, connect(5, 0, 60, "", other)).disconnect();
            try (WireClient again = BROKER.connected(5, connect(5, 0, 60, "", other))) {
                assertFalse(again.connack.sessionPresent());
            }
        }
    }

    @Test
    @Mqtt5({"4.1.0-2", "4.1.0-1"})
    void mqtt_4_1_0_2_aSessionExpires() throws Exception {
        String id = '"' + BROKER.name("c") + '"';
        WireClient first =
                BROKER.connected(5, connect(5, 0, 60, "11 u32:1", id)).subscribe(BROKER.name("t"), 1);
        first.silentFor(1_500);
        first.disconnect("E0 (00 (11 u32:300))"); // Who comes back may be held up for longer than a second.
        try (WireClient again = BROKER.connected(5, connect(5, 0, 60, "11 u32:1", id))) {
            assertTrue(again.connack.sessionPresent(), "expired while connected");
            Stopwatch away = Stopwatch.start();
            again.disconnect();
            try (WireClient atOnce = BROKER.connected(5, connect(5, 0, 60, "11 u32:1", id))) {
                assertTrue(atOnce.connack.sessionPresent() || away.elapsedMs() >= 1_000, "expired too early");
                atOnce.disconnect();
            }
        }
        Stopwatch.pass(2_500);
        try (WireClient late = BROKER.connected(5, connect(5, 0, 60, "11 u32:1", id))) {
            assertFalse(late.connack.sessionPresent());
        }
    }

    @Test
    @Mqtt5({"3.1.2-23"})
    void mqtt_3_1_2_23_disconnectMayChangeTheExpiry() throws Exception {
        String id = BROKER.name("c");
        BROKER.resume(5, id).disconnect("E0 (00 (11 u32:0))");
        try (WireClient again = BROKER.resume(5, id)) {
            assertFalse(again.connack.sessionPresent());
            again.disconnect("E0 (00 (11 u32:600))");
        }
        try (WireClient last = BROKER.resume(5, id)) {
            assertTrue(last.connack.sessionPresent());
        }
    }

    @Test
    @Mqtt5({"4.13.1-1"})
    void mqtt_4_13_1_1_disconnectCannotMakeAnEndingSessionLast() throws Exception {
        try (WireClient client = BROKER.connect(5)) {
            client.send("E0 (00 (11 u32:60))").endedWith(0x82);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.1.0-1"})
    @Mqtt311({"4.1.0-2"})
    void mqtt_4_1_0_1_theSessionLastsAsLongAsTheConnectionThatTookItOver(int level) throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        WireClient first = BROKER.resume(level, id).subscribe(topic, 0);
        try (WireClient second = BROKER.resume(level, id)) {
            assertTrue(second.connack.sessionPresent());
            first.endedWith(0x8E);
            second.publish(0, topic, "x").expect("PUBLISH " + topic + " q0 'x'");
        }
    }
}
