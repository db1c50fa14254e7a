package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.publish;
import static io.forebay.gateway.conformance.Packets.subscribe;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which filters are valid and what they match: MQTT-4.7. */
class TopicFilterWireIT {
    @RegisterExtension
    static final Broker BROKER = new Broker();

    @ParameterizedTest
    @CsvSource({
        "P, P",
        "P/#, P",
        "P/#, P/a",
        "P/#, P/a/b/c",
        "P/#, P/",
        "P/+, P/a",
        "P/+, P/",
        "P/+/c, P/b/c",
        "P/+/c, P//c",
        "P/+/#, P/a",
        "P/+/+, P/a/b",
        "+/P/#, a/P",
        "+/P, /P",
        "/P, /P",
        "P/a b, P/a b",
        "P/$a, P/$a",
        "P/+, P/$a",
        "$P/#, $P/a"
    })
    @Mqtt5({"3.3.2-3", "4.7.1-1", "4.7.1-2"})
    @Mqtt311({"3.3.2-3", "4.7.1-2", "4.7.1-3"})
    void mqtt_3_3_2_3_whatMatches(String filter, String topic) throws Exception {
        String unique = BROKER.name("p");
        String to = topic.replace("P", unique);
        for (int level : List.of(4, 5)) {
            try (WireClient client = BROKER.connect(level).subscribe(filter.replace("P", unique), 0)) {
                client.publish(0, to, "x").expect("PUBLISH " + to + " q0 'x'");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "P/+, P",
        "P/+, P/a/b",
        "P/a, P/A",
        "P/a, P/a/",
        "P/a, /P/a",
        "P/a//b, P/a/b",
        "P/+/b, P/b",
        "P/a/#, P/ab",
        "P/e\u0301, P/\u00e9",
        "P/a, 'P/a '",
        "+, /P"
    })
    @Mqtt5({"3.3.2-3", "4.7.3-4"})
    @Mqtt311({"3.3.2-3", "4.7.3-4"})
    void mqtt_4_7_3_4_whatDoesNotMatchIsNotMadeToMatch(String filter, String topic) throws Exception {
        String unique = BROKER.name("p");
        String end = BROKER.name("end");
        try (WireClient client =
                BROKER.connect(5).subscribe(filter.replace("P", unique), 0).subscribe(end, 0)) {
            client.send(publish(5, 0, 0, topic.replace("P", unique), "x"), publish(5, 0, 0, end, "end"));
            client.expect("PUBLISH " + end + " q0 'end'");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.7.2-1"})
    @Mqtt311({"4.7.2-1"})
    void mqtt_4_7_2_1_wildcardsDoNotReachTopicsWithADollar(int level) throws Exception {
        String unique = BROKER.name("p");
        String end = BROKER.name("end");
        try (WireClient client = BROKER.connect(level)
                .subscribe("+/" + unique, 0)
                .subscribe("#", 0)
                .subscribe("+/" + unique + "/#", 0)
                .subscribe(end, 0)) {
            client.send(publish(level, 0, 0, "$x/" + unique, "no"), publish(level, 0, 0, end, "end"));
            for (Packet packet = client.receive(); !packet.payload().equals("end"); packet = client.receive()) {
                assertTrue(!packet.topic().startsWith("$"), packet.toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/#/b", "a#", "#a", "a/b#", "a+", "+a", "a/+b/c", "##", "++", "a/++"})
    @Mqtt5({"4.7.1-1", "4.7.1-2"})
    @Mqtt311({"4.7.1-2", "4.7.1-3"})
    void mqtt_4_7_1_1_wildcardsOutOfPlace(String filter) throws Exception {
        for (int level : List.of(4, 5)) {
            try (WireClient client = BROKER.connect(level)) {
                client.send(subscribe(level, 1, filter, 0));
                String answer = client.next();
                // To grant it is wrong; to refuse the filter or to end the connection are both allowed.
                assertTrue(
                        List.of(
                                        "SUBACK 1 [80]",
                                        "SUBACK 1 [8f]",
                                        "DISCONNECT 0x81",
                                        "DISCONNECT 0x82",
                                        "DISCONNECT 0x8f",
                                        "closed")
                                .contains(answer),
                        answer);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"4.7.3-1"})
    @Mqtt311({"4.7.3-1"})
    void mqtt_4_7_3_1_aFilterHasAtLeastOneCharacter(int level) throws Exception {
        String properties = level == 5 ? "()" : "";
        for (String packet : List.of(subscribe(level, 1, "", 0), "A2 (u16:1 " + properties + " \"\")")) {
            try (WireClient client = BROKER.connect(level)) {
                client.send(packet);
                String answer = client.next();
                assertTrue(
                        List.of(
                                        "SUBACK 1 [80]",
                                        "SUBACK 1 [8f]",
                                        "UNSUBACK 1 [8f]",
                                        "DISCONNECT 0x81",
                                        "DISCONNECT 0x82",
                                        "DISCONNECT 0x8f",
                                        "closed")
                                .contains(answer),
                        answer);
            }
        }
    }
}
