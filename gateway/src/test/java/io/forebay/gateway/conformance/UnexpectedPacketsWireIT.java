package io.forebay.gateway.conformance;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets that a connected client must not send, or not like this: MQTT-2.1.3, MQTT-4.13. */
class UnexpectedPacketsWireIT {
    @RegisterExtension
    static final Broker BROKER = new Broker();

    @ParameterizedTest
    @CsvSource({
        "60 (u16:1), PUBREL",
        "61 (u16:1), PUBREL",
        "63 (u16:1), PUBREL",
        "6A (u16:1), PUBREL",
        "41 (u16:1), PUBACK",
        "52 (u16:1), PUBREC",
        "74 (u16:1), PUBCOMP",
        "C1 (), PINGREQ",
        "E1 (), DISCONNECT",
        "F1 (), AUTH"
    })
    @Mqtt5({"2.1.3-1", "3.6.1-1", "3.14.1-1", "3.15.1-1"})
    @Mqtt311({"2.2.2-1", "2.2.2-2", "3.6.1-1", "3.14.1-1"})
    void mqtt_2_1_3_1_reservedFlags(String packet, String type) throws Exception {
        for (int level : List.of(4, 5)) {
            try (WireClient client = BROKER.connect(level)) {
                client.send(packet).endedWith(type.equals("AUTH") ? 0x82 : 0x81, 0x81);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"80 (u16:1 PP \"t\" 00)", "83 (u16:1 PP \"t\" 00)", "A0 (u16:1 PP \"t\")", "A3 (u16:1 PP \"t\")"})
    @Mqtt5({"2.1.3-1", "3.8.1-1", "3.10.1-1"})
    @Mqtt311({"3.8.1-1", "3.10.1-1"})
    void mqtt_3_8_1_1_reservedFlagsOfSubscribeAndUnsubscribe(String packet) throws Exception {
        for (int level : List.of(4, 5)) {
            try (WireClient client = BROKER.connect(level)) {
                client.send(packet.replace("PP", level == 5 ? "()" : "")).endedWith(0x81);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"20 (00 00)", "90 (u16:1 00)", "B0 (u16:1)", "D0 ()", "00 ()"})
    @Mqtt5({"4.13.1-1"})
    @Mqtt311({"4.8.0-1"})
    void mqtt_4_13_1_1_whatOnlyAServerSends(String packet) throws Exception {
        for (int level : List.of(4, 5)) {
            try (WireClient client = BROKER.connect(level)) {
                client.send(packet).endedWith(0x81, 0x82);
            }
        }
    }

    @Test
    @Mqtt311({"4.8.0-1"})
    void mqtt_4_8_0_1_authIsReservedInMqtt311() throws Exception {
        try (WireClient client = BROKER.connect(4)) {
            client.send("F0 ()").expect("closed");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "40 () | PUBACK of no length",
                "40 (00) | PUBACK of one byte",
                "62 () | PUBREL of no length",
                "82 (00) | SUBSCRIBE of one byte",
                "30 () | PUBLISH of no length",
                "30 (0005 41) | PUBLISH with a topic that ends too early",
                "32 (\"t\" 00) | PUBLISH without room for its packet id"
            })
    @Mqtt5({"4.13.1-1"})
    @Mqtt311({"4.8.0-1"})
    void mqtt_4_13_1_1_packetsThatEndTooEarlyOrTooLate(String packet, String why) throws Exception {
        for (int level : List.of(4, 5)) {
            try (WireClient client = BROKER.connect(level)) {
                client.send(packet).endedWith(0x81);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "40 (u16:1 FF) | 81 82 | PUBACK with a reason that does not exist",
                "50 (u16:1 01) | 81 82 | PUBREC with a reason of another packet",
                "62 (u16:1 10) | 81 82 | PUBREL with a reason of another packet",
                "E0 (00 (1F)) | 81 82 | DISCONNECT with a property that ends too early",
                "E0 (00 (11 00000001 11 00000001)) | 82 | Session Expiry twice",
                "30 (\"t\" (01 02) 'x') | 81 82 | Payload Format Indicator 2",
                "30 (\"t\" (01 00 01 00) 'x') | 82 | Payload Format Indicator twice",
                "30 (\"t\" (21 0005) 'x') | 81 82 | Receive Maximum in PUBLISH",
                "82 (u16:1 (0B 00) \"t\" 00) | 81 82 | Subscription Identifier 0",
                "A2 (u16:1 (0B 01) \"t\") | 81 82 | Subscription Identifier in UNSUBSCRIBE"
            })
    @Mqtt5({"4.13.1-1", "4.13.2-1"})
    void mqtt_4_13_1_1_reasonsAndPropertiesOutOfPlace(String packet, String reasons, String why) throws Exception {
        int[] allowed = List.of(reasons.split(" ", -1)).stream()
                .mapToInt(hex -> Integer.parseInt(hex, 16))
                .toArray();
        try (WireClient client = BROKER.connect(5)) {
            client.send(packet).endedWith(allowed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"C0 (00)", "E0 (8E)", "30 80 80 80 80 01"})
    @Mqtt5({"4.13.1-1"})
    void mqtt_4_13_1_1_whatNeedsNoAnswerEndsTheConnectionAllTheSame(String packet) throws Exception {
        try (WireClient client = BROKER.connect(5)) {
            client.send(packet).endedWithOrWithout(0x81, 0x82);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.6.2-1", "3.7.2-1", "2.2.1-5"})
    @Mqtt311({"4.3.3-2"})
    void mqtt_3_7_2_1_anUnknownPacketIdIsReleasedAllTheSame(int level) throws Exception {
        try (WireClient client = BROKER.connect(level)) {
            client.send(Packets.pubrel(4711)).expect("PUBCOMP 4711");
            client.serves();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void acknowledgementsNobodyWaitsForDoNoHarm(int level) throws Exception {
        try (WireClient client = BROKER.connect(level)) {
            client.send(Packets.puback(9), Packets.pubcomp(9)).serves();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.14.4-1", "3.14.4-2"})
    @Mqtt311({"3.14.4-1", "3.14.4-2"})
    void mqtt_3_14_4_2_disconnectEndsTheConnection(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient watcher = BROKER.connect(level).subscribe(topic, 0)) {
            WireClient client = BROKER.connect(level);
            client.sendBytes(Bytes.of(Packets.DISCONNECT + Packets.publish(level, 0, 0, topic, "late")));
            client.expect("closed");
            watcher.publish(0, topic, "end").expect("PUBLISH " + topic + " q0 'end'");
        }
    }
}
