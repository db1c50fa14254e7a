package io.forebay.gateway.conformance;

import static io.forebay.gateway.conformance.Packets.connect;
import static io.forebay.gateway.conformance.Packets.publish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT that breaks the rules of MQTT-3.1. */
class ConnectRefusedWireIT {
    @RegisterExtension
    static final Broker BROKER = new Broker();

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.1.0-1", "3.14.0-1"})
    @Mqtt311({"3.1.0-1", "4.8.0-1"})
    void mqtt_3_1_0_1_whatComesBeforeConnectEndsTheConnectionWithoutAWord(int level) throws Exception {
        String subscribe = Packets.subscribe(level, 1, "t", 0);
        String publish = publish(level, 1, 1, "t", "x");
        for (String first : List.of(Packets.PINGREQ, subscribe, publish, Packets.DISCONNECT, "F0 ()", "20 (00 00)")) {
            try (WireClient client = BROKER.open(level)) {
                client.send(first).expect("closed");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.1.0-2", "3.2.0-2"})
    @Mqtt311({"3.1.0-2"})
    void mqtt_3_1_0_2_aSecondConnectIsAProtocolError(int level) throws Exception {
        String id = BROKER.name("c");
        try (WireClient client = BROKER.connect(level, id)) {
            client.send(connect(level, id)).endedWith(0x82);
        }
    }

    @ParameterizedTest
    @CsvSource({"4, MQTX", "5, MQTX", "4, mqtt", "5, mqtt", "4, ''", "5, MQTTT"})
    @Mqtt5({"3.1.2-1"})
    @Mqtt311({"3.1.2-1"})
    void mqtt_3_1_2_1_anotherProtocolIsNotServed(int level, String name) throws Exception {
        try (WireClient client = BROKER.open(level)) {
            client.send(String.format("10 (\"%s\" 0%d 02 u16:60 %s \"c\")", name, level, level == 5 ? "()" : ""));
            assertRefusedByVersion(client);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 127, 255})
    @Mqtt5({"3.1.2-2", "3.2.2-6", "3.2.2-7", "4.13.2-1"})
    void mqtt_3_1_2_2_aLevelBeyondFiveIsRefused(int level) throws Exception {
        try (WireClient client = BROKER.open(5)) {
            client.send(String.format("10 (\"MQTT\" %02x 02 u16:60 () \"c\")", level));
            assertRefusedByVersion(client);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    @Mqtt311({"3.1.2-2", "3.2.2-4", "3.2.2-5"})
    void mqtt_3_1_2_2_aLevelBelowFourIsRefusedWith0x01(int level) throws Exception {
        try (WireClient client = BROKER.open(4)) {
            client.send(String.format("10 (\"MQTT\" %02x 02 u16:60 \"c\")", level));
            client.expect("CONNACK 0x01", "closed");
        }
    }

    /** MQTT 5 may say 0x84, as 3.1.1 it would be 0x01, and to say nothing is allowed too. */
    private static void assertRefusedByVersion(WireClient client) throws Exception {
        byte[] all = client.receiveAll();
        if (all.length > 0) {
            String answer = Bytes.hex(all);
            assertTrue(answer.equals("20020001") || answer.matches("20..0084.*"), answer);
        }
    }

    @ParameterizedTest
    @CsvSource({"03, reserved flag", "0A, Will QoS without a will", "22, Will Retain without a will", "1E, Will QoS 3"})
    @Mqtt5({"3.1.2-3", "3.1.2-11", "3.1.2-12", "3.1.2-13"})
    @Mqtt311({"3.1.2-3", "3.1.2-11", "3.1.2-13", "3.1.2-14", "3.1.2-15", "3.1.4-1"})
    void mqtt_3_1_2_3_connectFlagsThatAreNotAllowed(String flags, String why) throws Exception {
        boolean will = flags.equals("1E");
        for (int level : List.of(4, 5)) {
            String willFields = will ? (level == 5 ? "()" : "") + "\"t\" \"x\"" : "";
            try (WireClient client = BROKER.open(level)) {
                client.send(connect(level, Integer.parseInt(flags, 16), 60, "", "\"c\" " + willFields));
                client.refusedWith(0x81, 0x82);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "06 | \"c\" | no will at all",
                "06 | \"c\" WP \"t\" | no will payload",
                "82 | \"c\" | no user name",
                "C2 | \"c\" \"user\" | no password",
                "02 | '' | no client id",
                "02 | \"c\" \"user\" | a user name that no flag announces",
                "82 | \"c\" \"user\" \"pass\" | a password that no flag announces",
                "02 | \"c\" WP \"t\" \"x\" | a will that no flag announces"
            })
    @Mqtt5({"3.1.2-9", "3.1.2-16", "3.1.2-17", "3.1.2-18", "3.1.2-19", "3.1.3-3", "3.1.4-1"})
    @Mqtt311({"3.1.2-9", "3.1.2-11", "3.1.2-18", "3.1.2-19", "3.1.2-20", "3.1.2-21", "3.1.3-3", "3.1.4-1"})
    void mqtt_3_1_4_1_flagsAndPayloadThatDoNotFit(String flags, String payload, String why) throws Exception {
        for (int level : List.of(4, 5)) {
            try (WireClient client = BROKER.open(level)) {
                String fields = payload.replace("WP", level == 5 ? "()" : "");
                client.send(connect(level, Integer.parseInt(flags, 16), 60, "", fields))
                        .refusedWithOrWithout(0x81, 0x82);
            }
        }
    }

    @Test
    @Mqtt311({"3.1.2-22"})
    void mqtt_3_1_2_22_aPasswordNeedsAUserNameInMqtt311() throws Exception {
        try (WireClient client = BROKER.open(4)) {
            client.send(connect(4, 0x42, 60, "", "\"c\" \"pass\"")).expect("closed");
        }
    }

    @Test
    @Mqtt5({"3.1.3-8"})
    void mqtt_3_1_3_8_aClientIdMayBeTooLong() throws Exception {
        try (WireClient client = BROKER.open(5)) {
            String answer = client.send(connect(5, "x".repeat(60_000))).next();
            if (BROKER.isOurs()) {
                assertEquals("CONNACK 0x85", answer);
                client.expect("closed");
            }
        }
    }

    @Test
    void aPasswordAloneIsAllowedInMqtt5() throws Exception {
        try (WireClient client = BROKER.open(5)) {
            client.send(connect(5, 0x42, 60, "", '"' + BROKER.name("c") + "\" \"pass\""))
                    .expect("CONNACK 0x00");
        }
    }

    @Test
    @Mqtt311({"3.1.3-7", "3.1.3-8", "3.1.3-9", "3.2.2-4", "3.2.2-5"})
    void mqtt_3_1_3_8_anEmptyClientIdWithoutCleanSessionIsRefusedWith0x02() throws Exception {
        try (WireClient client = BROKER.open(4)) {
            client.send(connect(4, 0, 60, "", "\"\"")).expect("CONNACK 0x02", "closed");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"2.1.3-1"})
    @Mqtt311({"2.2.2-1", "2.2.2-2"})
    void mqtt_2_1_3_1_reservedFlagsOfTheFixedHeader(int level) throws Exception {
        for (String header : List.of("11", "12", "14", "18")) {
            try (WireClient client = BROKER.open(level)) {
                client.send(connect(level, "c").replaceFirst("10", header)).refusedWith(0x81);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"3.1.4-6"})
    @Mqtt311({"3.1.4-5"})
    void mqtt_3_1_4_6_whatFollowsARefusedConnectIsNotProcessed(int level) throws Exception {
        String topic = BROKER.name("t");
        try (WireClient watcher = BROKER.connect(level).subscribe(topic, 0)) {
            try (WireClient client = BROKER.open(level)) {
                client.sendBytes(
                        Bytes.of(String.format("10 (\"MQTT\" 0%d 03 u16:60 %s \"c\")", level, level == 5 ? "()" : "")
                                + publish(level, 0, 0, topic, "no")));
                client.receiveAll();
            }
            watcher.publish(0, topic, "end").expect("PUBLISH " + topic + " q0 'end'");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "21 0000, Receive Maximum 0",
        "27 00000000, Maximum Packet Size 0",
        "17 02, Request Problem Information 2",
        "19 02, Request Response Information 2",
        "21 0005 21 0005, Receive Maximum twice",
        "11 00000001 11 00000001, Session Expiry twice",
        "16 0001 41, Authentication Data without a method"
    })
    @Mqtt5({"4.13.1-1", "3.2.2-7"})
    void mqtt_4_13_1_1_propertiesOfConnectThatAreProtocolErrors(String properties, String why) throws Exception {
        try (WireClient client = BROKER.open(5)) {
            client.send(connect(5, 2, 60, properties, "\"c\"")).refusedWith(0x82);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "00 01, property 0",
        "7F 00, property 127",
        "23 0001, Topic Alias in CONNECT",
        "12 0001 41, Assigned Client Identifier in CONNECT",
        "21 00, truncated"
    })
    @Mqtt5({"4.13.1-1"})
    void mqtt_4_13_1_1_propertiesThatConnectDoesNotHave(String properties, String why) throws Exception {
        try (WireClient client = BROKER.open(5)) {
            client.send(connect(5, 2, 60, properties, "\"c\"")).refusedWith(0x81, 0x82);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"1.5.5-1"})
    @Mqtt311({"4.8.0-1"})
    void mqtt_1_5_5_1_aRemainingLengthOfFiveBytesEndsTheConnection(int level) throws Exception {
        try (WireClient client = BROKER.connect(level)) {
            client.send("30 FF FF FF FF 01").endedWithOrWithout(0x81);
        }
        try (WireClient client = BROKER.open(level)) {
            client.send("10 80 80 80 80 01");
            assertEquals(0, level == 4 ? client.receiveAll().length : 0);
        }
    }
}
