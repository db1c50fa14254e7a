package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.publish;
import static io.forebay.gateway.conformance.Packets.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a subscription of MQTT 5 can ask for besides its QoS: MQTT-3.8.3.1, and the Subscription Identifier. */
class SubscriptionOptionsWireIT {
    private static final int NO_LOCAL = 4;
    private static final int RETAIN_AS_PUBLISHED = 8;

    @RegisterExtension
    static final Broker BROKER = new Broker();

    @Test
    @Mqtt5({"3.8.3-3"})
    void mqtt_3_8_3_3_noLocalKeepsOnesOwnMessagesAway() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(5).subscribe(topic, NO_LOCAL);
                WireClient other = BROKER.connect(5)) {
            client.publish(1, topic, "own");
            other.publish(1, topic, "other");
            client.expect("PUBLISH " + topic + " q0 'other'");
        }
    }

    @Test
    @Mqtt5({"3.8.3-3"})
    void mqtt_3_8_3_3_noLocalHoldsForLaterConnectionsOfTheClient() throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        BROKER.resume(5, id).subscribe(topic, NO_LOCAL | 1).disconnect();
        try (WireClient again = BROKER.resume(5, id);
                WireClient other = BROKER.connect(5)) {
            again.publish(1, topic, "own");
            other.publish(1, topic, "other");
            again.take("PUBLISH " + topic + " q1 'other'");
        }
    }

    @Test
    @Mqtt5({"3.8.3-4"})
    void mqtt_3_8_3_4_noLocalOnASharedSubscriptionIsAProtocolError() throws Exception {
        try (WireClient client = BROKER.connect(5)) {
            client.send(subscribe(5, 1, "$share/g/t", NO_LOCAL)).endedWith(0x82);
        }
    }

    @Test
    @Mqtt5({"3.3.1-12"})
    void mqtt_3_3_1_12_withoutRetainAsPublishedTheFlagIsCleared() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(5).subscribe(topic, 0)) {
            client.publish(0x31, topic, "", "x").expect("PUBLISH " + topic + " q0 'x'");
            client.publish(0x31, topic, "", "").expect("PUBLISH " + topic + " q0 ''");
        }
    }

    @Test
    @Mqtt5({"3.3.1-13"})
    void mqtt_3_3_1_13_withRetainAsPublishedTheFlagIsKept() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(5).subscribe(topic, RETAIN_AS_PUBLISHED)) {
            client.publish(0x31, topic, "", "x").expect("PUBLISH " + topic + " q0 retain 'x'");
            client.publish(0x30, topic, "", "y").expect("PUBLISH " + topic + " q0 'y'");
            client.publish(0x31, topic, "", "").expect("PUBLISH " + topic + " q0 retain ''");
        }
    }

    @Test
    @Mqtt5({"3.3.1-9", "3.3.1-10", "3.3.1-11"})
    void mqtt_3_3_1_10_retainHandlingDecidesAboutRetainedMessages() throws Exception {
        String topic = BROKER.name("t");
        String kept = "PUBLISH " + topic + " q0 retain 'kept'";
        try (WireClient client = BROKER.connect(5).publish(0x33, topic, "", "kept")) {
            client.subscribe(topic, 0x10).expect(kept);
            client.subscribe(topic, 0x10).serves();
            client.subscribe(topic, 0x20).serves();
            client.subscribe(topic, 0x00).expect(kept);
            client.send("A2 (u16:99 () \"" + topic + "\")").expect("UNSUBACK 99 [00]");
            client.subscribe(topic, 0x20).serves();
            client.publish(0x31, topic, "", "").expect("PUBLISH " + topic + " q0 ''");
        }
    }

    @Test
    @Mqtt5({"3.3.4-3", "3.3.4-4", "3.3.4-5"})
    void mqtt_3_3_4_3_messagesNameTheSubscriptionsThatTheyMatch() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(5)) {
            client.send(
                    subscribe(5, 1, "0B var:1", '"' + topic + "/+\" 00"),
                    subscribe(5, 2, "0B var:268435455", '"' + topic + "/a\" 00"),
                    subscribe(5, 3, "", '"' + topic + "/#\" 00"),
                    subscribe(5, 4, "0B var:3", '"' + topic + "/b\" 00"));
            client.expect("SUBACK 1 [00]", "SUBACK 2 [00]", "SUBACK 3 [00]", "SUBACK 4 [00]");
            client.send(publish(5, 0, 0, topic + "/a", "x"), publish(5, 0, 0, topic + "/c/d", "end"));
            List<String> identifiers = new ArrayList<>();
            Packet packet = client.receive();
            for (; !packet.payload().equals("end"); packet = client.receive()) {
                identifiers.addAll(packet.properties());
            }
            assertEquals(List.of("11=1", "11=268435455"), List.copyOf(new TreeSet<>(identifiers)));
            assertEquals(2, identifiers.size());
            assertTrue(packet.properties().isEmpty(), packet.toString());
        }
    }

    @Test
    void aReplacedSubscriptionHasTheNewIdentifier() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(5)) {
            client.send(subscribe(5, 1, "0B 01", '"' + topic + "\" 00")).expect("SUBACK 1 [00]");
            client.send(subscribe(5, 2, "0B 02", '"' + topic + "\" 00")).expect("SUBACK 2 [00]");
            client.send(publish(5, 0, 0, topic, "x"));
            assertEquals(List.of("11=2"), client.receive().properties());
            client.send(subscribe(5, 3, "", '"' + topic + "\" 00")).expect("SUBACK 3 [00]");
            client.send(publish(5, 0, 0, topic, "x"));
            assertEquals(List.of(), client.receive().properties());
        }
    }

    @Test
    @Mqtt5({"3.3.4-3"})
    void mqtt_3_3_4_3_retainedMessagesNameTheSubscription() throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(5).publish(0x31, topic, "", "kept")) {
            client.send(subscribe(5, 900, "0B 07", '"' + topic + "\" 00")).expect("SUBACK 900 [00]");
            assertEquals(List.of("11=7"), client.receive().properties());
            client.send(publish(5, 0x31, 0, topic, "", ""));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0B var:1 0B var:2", "0B var:0"})
    @Mqtt5({"4.13.1-1"})
    void mqtt_4_13_1_1_oneSubscriptionIdentifierGreaterThanZero(String properties) throws Exception {
        try (WireClient client = BROKER.connect(5)) {
            client.send(subscribe(5, 1, properties, "\"t\" 00")).endedWith(0x81, 0x82);
        }
    }
}
