package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Retained messages: MQTT-3.3.1.3. */
class RetainWireIT {
    @RegisterExtension
    static final Broker BROKER = new Broker();

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.3.1-5", "3.3.1-9"})
    @Mqtt311({"3.3.1-5", "3.3.1-6", "3.3.1-8"})
    void mqtt_3_3_1_5_theLastRetainedMessageAwaitsNewSubscribers(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(level)) {
            client.publish(0x33, topic + "/a", "", "old").publish(0x33, topic + "/a", "", "new");
            client.publish(0x35, topic + "/b", "", "two");
            client.subscribe(topic + "/+", 2);
            Set<String> arrived = new TreeSet<>(
                    List.of(client.receive().toString(), client.receive().toString()));
            assertEquals(
                    Set.of("PUBLISH " + topic + "/a q1 retain 'new'", "PUBLISH " + topic + "/b q2 retain 'two'"),
                    arrived);
        }
        clear(topic + "/a", topic + "/b");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.3.1-5"})
    @Mqtt311({"3.3.1-7"})
    void mqtt_3_3_1_7_aRetainedQos0MessageReplacesWhatWasThere(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(level)) {
            client.publish(0x33, topic, "", "old").publish(0x31, topic, "", "new");
            client.subscribe(topic, 0).expect("PUBLISH " + topic + " q0 retain 'new'");
        }
        clear(topic);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.3.1-6", "3.3.1-7"})
    @Mqtt311({"3.3.1-10", "3.3.1-11"})
    void mqtt_3_3_1_6_anEmptyPayloadDeletes(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient subscriber = BROKER.connect(level).subscribe(topic, 1);
                WireClient client = BROKER.connect(level)) {
            client.publish(0x33, topic, "", "x").publish(0x33, topic, "", "");
            subscriber.take("PUBLISH " + topic + " q1 'x'");
            subscriber.take("PUBLISH " + topic + " q1 ''");
            client.subscribe(topic, 0).serves();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.3.1-8"})
    @Mqtt311({"3.3.1-12"})
    void mqtt_3_3_1_8_aMessageWithoutTheFlagChangesNothing(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(level).publish(0x33, topic, "", "kept")) {
            client.publish(0x32, topic, "", "passing").publish(0x32, topic, "", "");
            client.publish(0x32, topic + "/other", "", "passing");
            client.subscribe(topic, 0).expect("PUBLISH " + topic + " q0 retain 'kept'");
            client.subscribe(topic + "/other", 0).serves();
        }
        clear(topic);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.3.1-12"})
    @Mqtt311({"3.3.1-9"})
    void mqtt_3_3_1_9_forSubscriptionsInPlaceTheFlagIsCleared(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(level).subscribe(topic, 0)) {
            client.publish(0x31, topic, "", "x").expect("PUBLISH " + topic + " q0 'x'");
        }
        clear(topic);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt311({"3.1.2-7"})
    void mqtt_3_1_2_7_retainedMessagesOutliveTheSession(int level) throws Exception {
        String topic = BROKER.name("t");
        BROKER.connect(level).publish(0x33, topic, "", "kept").disconnect();
        try (WireClient client = BROKER.connect(level).subscribe(topic, 0)) {
            client.expect("PUBLISH " + topic + " q0 retain 'kept'");
        }
        clear(topic);
    }

    @Test
    @Mqtt5({"3.3.2-5", "3.3.2-6"})
    void mqtt_3_3_2_5_retainedMessagesExpire() throws Exception {
        String topic = BROKER.name("t");
        Stopwatch published = Stopwatch.start();
        try (WireClient client = BROKER.connect(5)) {
            client.publish(0x33, topic + "/a", "02 u32:1", "gone").publish(0x33, topic + "/b", "02 u32:50", "kept");
            Stopwatch.pass(2_100);
            client.subscribe(topic + "/+", 0);
            Packet packet = client.receive();
            assertEquals("PUBLISH " + topic + "/b q0 retain 'kept'", packet.toString());
            int left = Integer.parseInt(packet.property(2));
            assertTrue(left <= 48 && left >= 50 - published.elapsedSeconds(), "left: " + left);
            client.serves();
        }
        clear(topic + "/b");
    }

    @Test
    @Mqtt5({"3.3.2-17", "3.3.2-4"})
    void mqtt_3_3_2_17_retainedMessagesKeepTheirProperties() throws Exception {
        String topic = BROKER.name("t");
        String properties = "01 01 03 \"text/plain\" 26 \"b\" \"1\" 26 \"a\" \"2\"";
        BROKER.connect(5).publish(0x33, topic, properties, "kept").disconnect();
        try (WireClient client = BROKER.connect(5)) {
            client.send(subscribe(5, 1, topic, 0)).expect("SUBACK 1 [00]");
            Packet packet = client.receive();
            assertEquals(Set.of("1=1", "3=text/plain", "38=b:1", "38=a:2"), Set.copyOf(packet.properties()));
            assertTrue(
                    packet.properties().indexOf("38=b:1") < packet.properties().indexOf("38=a:2"), packet.toString());
        }
        clear(topic);
    }

    private static void clear(String... topics) throws Exception {
        WireClient client = BROKER.connect(4);
        for (String topic : topics) {
            client.publish(0x31, topic, "", "");
        }
        client.disconnect();
    }
}
