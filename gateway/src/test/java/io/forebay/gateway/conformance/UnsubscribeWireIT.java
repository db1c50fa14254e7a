package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.publish;
import static io.forebay.gateway.conformance.Packets.unsubscribe;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UNSUBSCRIBE and UNSUBACK: MQTT-3.10 and MQTT-3.11. */
class UnsubscribeWireIT {
    @RegisterExtension
    static final Broker BROKER = new Broker();

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.10.4-1", "3.10.4-4", "3.10.4-5", "3.10.4-6", "3.11.3-1", "3.11.3-2", "2.2.1-6"})
    @Mqtt311({"3.10.4-1", "3.10.4-4", "3.10.4-5", "3.10.4-6", "2.3.1-7"})
    void mqtt_3_10_4_1_exactlyTheNamedFiltersAreDeleted(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient client =
                BROKER.connect(level).subscribe(topic + "/a", 0).subscribe(topic + "/+", 0)) {
            String properties = level == 5 ? "()" : "";
            client.send(String.format("A2 (u16:40000 %s \"%s/#\" \"%s/+\" \"%s/b\")", properties, topic, topic, topic));
            client.expect("UNSUBACK 40000" + (level == 5 ? " [11 00 11]" : ""));
            client.send(publish(level, 0, 0, topic + "/b", "x"), publish(level, 0, 0, topic + "/a", "x"));
            client.expect("PUBLISH " + topic + "/a q0 'x'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.10.4-5"})
    @Mqtt311({"3.10.4-5"})
    void mqtt_3_10_4_5_theAnswerComesEvenWhenNothingIsDeleted(int level) throws Exception {
        try (WireClient client = BROKER.connect(level)) {
            client.send(unsubscribe(level, 2, BROKER.name("t"))).expect("UNSUBACK 2" + (level == 5 ? " [11]" : ""));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.10.4-2"})
    @Mqtt311({"3.10.4-2"})
    void mqtt_3_10_4_2_nothingNewIsDelivered(int level) throws Exception {
        String topic = BROKER.name("t");
        String end = BROKER.name("end");
        try (WireClient client = BROKER.connect(level).subscribe(topic, 0).subscribe(end, 0)) {
            client.publish(0, topic, "x").expect("PUBLISH " + topic + " q0 'x'");
            client.send(unsubscribe(level, 9, topic)).expect("UNSUBACK 9" + (level == 5 ? " [00]" : ""));
            client.send(publish(level, 0, 0, topic, "no"), publish(level, 0, 0, end, "end"));
            client.expect("PUBLISH " + end + " q0 'end'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.10.4-3"})
    @Mqtt311({"3.10.4-3"})
    void mqtt_3_10_4_3_whatHasBeenSentIsCompleted(int level) throws Exception {
        String topic = BROKER.name("t");
        String id = BROKER.name("c");
        WireClient client = BROKER.resume(level, id).subscribe(topic, 2);
        try (WireClient publisher = BROKER.connect(level)) {
            publisher.publish(2, topic, "x");
        }
        client.expect("PUBLISH " + topic + " q2 'x'");
        client.send(unsubscribe(level, 9, topic)).expect("UNSUBACK 9" + (level == 5 ? " [00]" : ""));
        client.drop();
        try (WireClient again = BROKER.resume(level, id)) {
            again.take("PUBLISH " + topic + " q2 dup 'x'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.10.2-2"})
    @Mqtt311({"3.10.3-2"})
    void mqtt_3_10_2_2_noFilterIsAProtocolError(int level) throws Exception {
        try (WireClient client = BROKER.connect(level)) {
            client.send("A2 (u16:1 " + (level == 5 ? "()" : "") + ")").endedWith(0x81, 0x82);
        }
    }
}
