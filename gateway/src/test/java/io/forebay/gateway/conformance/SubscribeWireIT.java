package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SUBSCRIBE and SUBACK: MQTT-3.8 and MQTT-3.9. The options of MQTT 5 are in {@link SubscriptionOptionsWireIT}. */
class SubscribeWireIT {
    @RegisterExtension
    static final Broker BROKER = new Broker();

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.8.4-1", "3.8.4-2", "3.8.4-5", "3.8.4-6", "3.8.4-7", "3.9.3-1", "3.9.3-2", "2.2.1-6"})
    @Mqtt311({"3.8.4-1", "3.8.4-2", "3.8.4-4", "3.8.4-5", "3.9.3-1", "3.9.3-2", "2.3.1-7", "3.8.3-2"})
    void mqtt_3_8_4_1_aSubscriptionIsAnsweredFilterByFilter(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(level)) {
            String filters = String.format("\"%s/+\" 02 \"%s/b\" 00 \"%s/#\" 01", topic, topic, topic);
            client.send(subscribe(level, 40_000, "", filters)).expect("SUBACK 40000 [02 00 01]");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.8.4-8"})
    @Mqtt311({"3.8.4-6"})
    void mqtt_3_8_4_8_theLowerQosApplies(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient publisher = BROKER.connect(level)) {
            for (int granted = 0; granted < 3; granted++) {
                try (WireClient subscriber = BROKER.connect(level).subscribe(topic, granted)) {
                    for (int qos = 0; qos < 3; qos++) {
                        publisher.publish(qos, topic, "x");
                        subscriber.take("PUBLISH " + topic + " q" + Math.min(qos, granted) + " 'x'");
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.8.4-3"})
    @Mqtt311({"3.8.4-3"})
    void mqtt_3_8_4_3_theSameFilterReplacesTheSubscription(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(level).subscribe(topic, 0).subscribe(topic, 1)) {
            client.send(Packets.publish(level, 0, 0, topic, "a"), Packets.publish(level, 0, 0, topic, "b"));
            client.expect("PUBLISH " + topic + " q0 'a'", "PUBLISH " + topic + " q0 'b'");
            try (WireClient publisher = BROKER.connect(level).publish(1, topic, "c")) {
                client.take("PUBLISH " + topic + " q1 'c'");
                publisher.serves();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.8.4-4"})
    @Mqtt311({"3.8.4-3", "3.3.1-6"})
    void mqtt_3_8_4_4_subscribingAgainBringsRetainedMessagesAgain(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(level).publish(0x33, topic, "", "kept")) {
            for (int i = 1; i < 3; i++) {
                client.send(subscribe(level, 70 + i, topic, 0)).expect("SUBACK " + (70 + i) + " [00]");
                client.expect("PUBLISH " + topic + " q0 retain 'kept'");
            }
            client.publish(0x31, topic, "", "").expect("PUBLISH " + topic + " q0 ''");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.3.4-2"})
    @Mqtt311({"3.3.5-1"})
    void mqtt_3_3_4_2_overlappingSubscriptionsDeliverWithTheHighestQos(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client = BROKER.connect(level)
                        .subscribe(topic + "/+", 0)
                        .subscribe(topic + "/a", 2)
                        .subscribe(topic + "/#", 1);
                WireClient publisher = BROKER.connect(level).publish(2, topic + "/a", "x")) {
            publisher.publish(0, topic + "/end", "end");
            int highest = -1;
            for (Packet packet = client.receive(); !packet.payload().equals("end"); packet = client.receive()) {
                highest = Math.max(highest, packet.qos());
            }
            assertEquals(2, highest);
        }
    }

    @Test
    void ourServerSendsOneCopyForOverlappingSubscriptions() throws Exception {
        String topic = BROKER.name("t");
        assumeTrue(BROKER.isOurs());
        try (WireClient client = BROKER.connect(5).subscribe(topic + "/+", 0).subscribe(topic + "/a", 2)) {
            try (WireClient publisher = BROKER.connect(5).publish(2, topic + "/a", "x")) {
                client.take("PUBLISH " + topic + "/a q2 'x'"); // First: a PUBREL does not hold up what comes after it.
                publisher.publish(0, topic + "/b", "end");
            }
            client.expect("PUBLISH " + topic + "/b q0 'end'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.8.3-2"})
    @Mqtt311({"3.8.3-3"})
    void mqtt_3_8_3_2_noFilterIsAProtocolError(int level) throws Exception {
        try (WireClient client = BROKER.connect(level)) {
            client.send(subscribe(level, 1, "", "")).endedWith(0x81, 0x82);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.8.3-5"})
    @Mqtt311({"3.8.3-4"})
    void mqtt_3_8_3_5_reservedBitsAndQos3(int level) throws Exception {
        for (int options :
                level == 5 ? List.of(0x40, 0x80, 0xC1, 0x03, 0x30) : List.of(0x03, 0x04, 0x08, 0x10, 0x40, 0x80)) {
            try (WireClient client = BROKER.connect(level)) {
                client.send(subscribe(level, 1, "t", options)).endedWith(0x81, 0x82);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.5.0-1"})
    @Mqtt311({"4.5.0-1"})
    void mqtt_4_5_0_1_everySessionThatMatchesGetsTheMessage(int level) throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        BROKER.resume(level, id).subscribe(topic + "/#", 1).disconnect();
        try (WireClient here = BROKER.connect(level).subscribe(topic + "/+", 0);
                WireClient publisher = BROKER.connect(level)) {
            publisher.publish(1, topic + "/x", "x");
            here.expect("PUBLISH " + topic + "/x q0 'x'");
        }
        try (WireClient back = BROKER.resume(level, id)) {
            back.take("PUBLISH " + topic + "/x q1 'x'");
        }
    }
}
