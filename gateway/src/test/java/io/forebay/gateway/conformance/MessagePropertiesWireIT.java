package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.connect;
import static io.forebay.gateway.conformance.Packets.publish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What MQTT 5 messages carry besides their payload: MQTT-3.3.2.3. */
class MessagePropertiesWireIT {
    @RegisterExtension
    static final Broker BROKER = new Broker();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Mqtt5({"3.3.2-4", "3.3.2-15", "3.3.2-16", "3.3.2-17", "3.3.2-18", "3.3.2-20"})
    void mqtt_3_3_2_17_propertiesArriveAsTheyWereSent(int qos) throws Exception {
        String topic = BROKER.name("t");
        String properties = "01 01 03 \"text/plain\" 08 \"reply/here\" 09 0003 00FF80"
                + " 26 \"b\" \"1\" 26 \"a\" \"2\" 26 \"b\" \"3\" 26 \"\" \"\" 26 \"b\" \"1\"";
        try (WireClient subscriber = BROKER.connect(5).subscribe(topic, qos);
                WireClient publisher = BROKER.connect(5)) {
            publisher.publish(0x30 | qos << 1, topic, properties, "x");
            Packet arrived = subscriber.take("PUBLISH " + topic + " q" + qos + " 'x'");
            assertEquals("1", arrived.property(1));
            assertEquals("text/plain", arrived.property(3));
            assertEquals("reply/here", arrived.property(8));
            assertEquals("00ff80", arrived.property(9));
            List<String> user = arrived.properties().stream()
                    .filter(p -> p.startsWith("38="))
                    .toList();
            assertEquals(List.of("38=b:1", "38=a:2", "38=b:3", "38=:", "38=b:1"), user);
            assertEquals(9, arrived.properties().size());
        }
    }

    @Test
    void propertiesStayBehindOnTheWayToAMqtt311Client() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient subscriber = BROKER.connect(4).subscribe(topic, 1);
                WireClient publisher = BROKER.connect(5)) {
            publisher.publish(0x32, topic, "01 01 26 \"b\" \"1\"", "x");
            subscriber.take("PUBLISH " + topic + " q1 'x'");
        }
    }

    @Test
    @Mqtt5({"3.3.2-14"})
    void mqtt_3_3_2_14_aResponseTopicHasNoWildcards() throws Exception {
        for (String response : List.of("a/#", "+", "a/+/b")) {
            try (WireClient client = BROKER.connect(5)) {
                client.send(publish(5, 0x30, 0, "t", "08 \"" + response + '"', "x"))
                        .endedWith(0x81, 0x82, 0x90);
            }
        }
    }

    @Test
    @Mqtt5({"3.3.2-6"})
    void mqtt_3_3_2_6_theExpiryIntervalIsCountedDown() throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        BROKER.resume(5, id).subscribe(topic, 1).disconnect();
        Stopwatch published = Stopwatch.start();
        try (WireClient publisher = BROKER.connect(5)) {
            publisher.publish(0x32, topic, "02 u32:100", "x");
        }
        Stopwatch.pass(2_100);
        try (WireClient subscriber = BROKER.resume(5, id)) {
            int left = Integer.parseInt(subscriber.receive().property(2));
            assertTrue(left <= 98 && left >= 100 - published.elapsedSeconds(), "left: " + left);
        }
    }

    @Test
    @Mqtt5({"3.3.2-5"})
    void mqtt_3_3_2_5_anExpiredMessageIsNotDelivered() throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        BROKER.resume(5, id).subscribe(topic, 1).disconnect();
        try (WireClient publisher = BROKER.connect(5)) {
            publisher.publish(0x32, topic, "02 u32:1", "gone").publish(1, topic, "stays");
        }
        Stopwatch.pass(2_100);
        try (WireClient subscriber = BROKER.resume(5, id)) {
            subscriber.take("PUBLISH " + topic + " q1 'stays'");
        }
    }

    @Test
    @Mqtt5({"4.3.3-7"})
    void mqtt_4_3_3_7_whatWasSentOnceNoLongerExpires() throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        WireClient subscriber = BROKER.resume(5, id).subscribe(topic, 2);
        int packetId = sentBeforeItExpires(topic, subscriber).id();
        subscriber.drop();
        Stopwatch.pass(2_100);
        try (WireClient again = BROKER.resume(5, id)) {
            assertEquals(
                    packetId, again.take("PUBLISH " + topic + " q2 dup 'x'").id());
        }
    }

    /** One that lives for a second, published until one has been sent in its time. */
    private static Packet sentBeforeItExpires(String topic, WireClient subscriber) throws Exception {
        try (WireClient publisher = BROKER.connect(5)) {
            for (int tries = 1; ; tries++) {
                publisher.publish(0x34, topic, "02 u32:1", "x");
                try {
                    return subscriber.receiveWithin(3_000);
                } catch (SocketTimeoutException expired) {
                    assertTrue(tries < 10, "nothing is sent");
                }
            }
        }
    }

    @Test
    @Mqtt5({"4.3.3-13"})
    void mqtt_4_3_3_13_theHandshakeGoesOnBeyondTheExpiry() throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        WireClient publisher = BROKER.resume(5, id);
        publisher.send(publish(5, 0x34, 9, topic, "02 u32:1", "x"));
        assertEquals(9, publisher.receive().id());
        publisher.drop();
        Stopwatch.pass(1_500);
        try (WireClient again = BROKER.resume(5, id)) {
            again.send(publish(5, 0x3C, 9, topic, "02 u32:1", "x"));
            assertEquals(9, again.receive().id());
            again.send(Packets.pubrel(9)).expect("PUBCOMP 9");
        }
    }

    @Test
    @Mqtt5({"3.1.2-24", "3.1.2-25"})
    void mqtt_3_1_2_25_whatTheClientCannotTakeIsLeftOut() throws Exception {
        String topic = BROKER.name("t");
        String connect = connect(5, 2, 60, "27 u32:100 21 u16:1", '"' + BROKER.name("c") + '"');
        try (WireClient subscriber = BROKER.connected(5, connect).subscribe(topic, 2);
                WireClient publisher = BROKER.connect(5)) {
            for (int qos = 0; qos < 3; qos++) {
                publisher.publish(qos, topic, "x".repeat(100)).publish(qos, topic, "short");
            }
            for (int qos = 0; qos < 3; qos++) {
                subscriber.take("PUBLISH " + topic + " q" + qos + " 'short'");
            }
            subscriber.serves();
        }
    }
}
