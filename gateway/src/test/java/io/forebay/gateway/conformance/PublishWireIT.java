package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.publish;
import static io.forebay.gateway.conformance.Packets.pubrel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PUBLISH and its acknowledgements: MQTT-3.3 to 3.7, MQTT-4.3 and MQTT-4.6. */
class PublishWireIT {
    @RegisterExtension
    static final Broker BROKER = new Broker();

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.3.4-1", "2.2.1-5", "4.3.2-4", "4.3.3-8", "4.3.3-11", "3.4.2-1", "3.5.2-1", "3.7.2-1"})
    @Mqtt311({"3.3.4-1", "2.3.1-6", "4.3.2-2", "4.3.3-2"})
    void mqtt_3_3_4_1_theQosDecidesTheAnswer(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(level).subscribe(topic + "/x", 0)) {
            client.send(publish(level, 0, 0, topic, "x")).serves();
            client.send(publish(level, 1, 65535, topic, "x"));
            assertEquals(65535, client.receive().id());
            client.send(publish(level, 2, 300, topic, "x"));
            assertEquals(300, client.receive().id());
            client.send(pubrel(300)).expect("PUBCOMP 300");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.3.1-2", "3.3.1-3", "2.2.1-2", "2.2.1-4", "2.2.2-1", "4.3.1-1", "4.3.2-1", "4.3.2-2", "4.3.3-1", "4.3.3-2"
    })
    @Mqtt311({"3.3.1-2", "3.3.1-3", "2.3.1-4", "2.3.1-5", "4.3.1-1", "4.3.2-1", "4.3.3-1"})
    void mqtt_3_3_1_3_duplicateFlagAndPacketIdAreNotHandedOn(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient subscriber = BROKER.connect(level).subscribe(topic, 2);
                WireClient publisher = BROKER.connect(level)) {
            publisher
                    .publish(0x30, topic, "", "a")
                    .publish(0x3A, topic, "", "b")
                    .publish(0x3C, topic, "", "c");
            Packet first = subscriber.take("PUBLISH " + topic + " q0 'a'");
            String properties = level == 5 ? "()" : "";
            assertEquals(Bytes.hex(Bytes.of('"' + topic + "\" " + properties + " 'a'")), first.hex());
            int id = subscriber.receive().id();
            Packet last = subscriber.receive();
            assertEquals("PUBLISH " + topic + " q2 'c'", last.toString());
            assertNotEquals(id, last.id());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.3.2-5"})
    @Mqtt311({"4.3.2-2"})
    void mqtt_4_3_2_5_anAcknowledgedPacketIdStandsForANewMessage(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(level).subscribe(topic, 0)) {
            try (WireClient publisher = BROKER.connect(level)) {
                for (String header : List.of("32", "3A")) {
                    publisher.send(publish(level, Integer.parseInt(header, 16), 5, topic, "", header));
                    assertEquals("PUBACK 5", publisher.next());
                }
            }
            client.expect("PUBLISH " + topic + " q0 '32'", "PUBLISH " + topic + " q0 '3A'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.3.3-10", "4.3.3-12"})
    @Mqtt311({"4.3.3-2"})
    void mqtt_4_3_3_10_aRepeatBeforeTheReleaseIsDeliveredOnce(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient subscriber = BROKER.connect(level).subscribe(topic, 0);
                WireClient publisher = BROKER.connect(level)) {
            publisher.send(publish(level, 2, 5, topic, "one")).expect("PUBREC 5");
            publisher.send(publish(level, 0x3C, 5, topic, "", "one")).expect("PUBREC 5");
            publisher.send(pubrel(5)).expect("PUBCOMP 5");
            publisher.send(publish(level, 2, 5, topic, "two")).expect("PUBREC 5");
            publisher.send(pubrel(5)).expect("PUBCOMP 5");
            subscriber.expect("PUBLISH " + topic + " q0 'one'", "PUBLISH " + topic + " q0 'two'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.3.3-4"})
    @Mqtt311({"4.3.3-1"})
    void mqtt_4_3_3_4_theServerReleasesWhatWasReceived(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient subscriber = BROKER.connect(level).subscribe(topic, 2);
                WireClient publisher = BROKER.connect(level)) {
            publisher.publish(2, topic, "x");
            Packet publish = subscriber.receive();
            assertEquals("PUBLISH " + topic + " q2 'x'", publish.toString());
            subscriber.send(Packets.pubrec(publish.id())).expect("PUBREL " + publish.id());
            subscriber.send(Packets.pubcomp(publish.id())).serves();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.3.3-4"})
    @Mqtt311({"4.6.0-4"})
    void mqtt_4_6_0_4_releasesFollowTheOrderOfPubrec(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient subscriber = BROKER.connect(level).subscribe(topic, 2);
                WireClient publisher = BROKER.connect(level)) {
            publisher.publish(2, topic, "a").publish(2, topic, "b");
            int first = subscriber.receive().id();
            int second = subscriber.receive().id();
            subscriber.send(Packets.pubrec(second), Packets.pubrec(first));
            subscriber.expect("PUBREL " + second, "PUBREL " + first);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.6.0-5", "4.6.0-6"})
    @Mqtt311({"4.6.0-2", "4.6.0-5", "4.6.0-6"})
    void mqtt_4_6_0_5_messagesOfATopicStayInOrder(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient publisher = BROKER.connect(level)) {
            for (int qos = 0; qos < 3; qos++) {
                try (WireClient subscriber = BROKER.connect(level).subscribe(topic, qos)) {
                    StringBuilder all = new StringBuilder();
                    for (int i = 1; i <= 15; i++) {
                        all.append(publish(level, 1, i, topic, "m" + i));
                    }
                    publisher.send(all.toString());
                    for (int i = 1; i <= 15; i++) {
                        publisher.expect("PUBACK " + i);
                    }
                    for (int i = 1; i <= 15; i++) {
                        subscriber.take("PUBLISH " + topic + " q" + Math.min(qos, 1) + " 'm" + i + "'");
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.3.1-4"})
    @Mqtt311({"3.3.1-4"})
    void mqtt_3_3_1_4_bothQosBitsAreMalformed(int level) throws Exception {
        try (WireClient client = BROKER.connect(level)) {
            client.send(publish(level, 0x36, 1, "t", "", "x")).endedWith(0x81);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.3.1-2"})
    @Mqtt311({"3.3.1-2", "4.8.0-1"})
    void mqtt_3_3_1_2_aDuplicateFlagAtQos0IsMalformed(int level) throws Exception {
        try (WireClient client = BROKER.connect(level)) {
            client.send(publish(level, 0x38, 0, "t", "", "x")).endedWith(0x81, 0x82);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"2.2.1-3"})
    @Mqtt311({"2.3.1-1"})
    void mqtt_2_2_1_3_packetId0IsNoPacketId(int level) throws Exception {
        String properties = level == 5 ? "()" : "";
        for (String packet : List.of(
                publish(level, 1, 0, "t", "x"),
                publish(level, 2, 0, "t", "x"),
                Packets.subscribe(level, 0, "t", 0),
                "A2 (u16:0 " + properties + " \"t\")")) {
            try (WireClient client = BROKER.connect(level)) {
                client.send(packet).endedWith(0x81, 0x82);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.3.2-2", "4.7.0-1"})
    @Mqtt311({"3.3.2-2", "4.7.1-1"})
    void mqtt_3_3_2_2_aTopicNameHasNoWildcards(int level) throws Exception {
        for (String topic : List.of("#", "+", "a/#", "a/+/b", "a+", "a#b")) {
            try (WireClient client = BROKER.connect(level)) {
                client.send(publish(level, 1, 1, topic, "x")).endedWith(0x81, 0x82, 0x90);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.7.3-1", "3.3.2-1"})
    @Mqtt311({"4.7.3-1", "3.3.2-1"})
    void mqtt_4_7_3_1_aTopicNameHasAtLeastOneCharacter(int level) throws Exception {
        try (WireClient client = BROKER.connect(level)) {
            client.send(publish(level, 1, 1, "", "x")).endedWith(0x81, 0x82, 0x90);
        }
    }

    @Test
    @Mqtt5({"3.3.4-6"})
    void mqtt_3_3_4_6_aClientSendsNoSubscriptionIdentifier() throws Exception {
        try (WireClient client = BROKER.connect(5)) {
            client.send(publish(5, 0x30, 0, "t", "0B 05", "x")).endedWith(0x82);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.7.3-3"})
    @Mqtt311({"4.7.3-3"})
    void mqtt_4_7_3_3_theLongestTopicIsServed(int level) throws Exception {
        String topic = BROKER.name("t") + "x".repeat(60_000);
        String longest = topic + "y".repeat(65_535 - topic.length());
        try (WireClient client = BROKER.connect(level).subscribe(longest, 0)) {
            client.publish(0, longest, "x").expect("PUBLISH " + longest + " q0 'x'");
        }
    }
}
