package io.forebay.gateway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UTF-8 Encoded Strings wherever a client can put one: MQTT-1.5.4 (3.1.1: MQTT-1.5.3). */
class Utf8WireIT {
    /** Surrogates, overlong forms, beyond U+10FFFF, lone and missing continuation bytes, and U+0000. */
    private static final List<String> ILL_FORMED = List.of(
            "EDA080",
            "EDBFBF",
            "EDA081EDB080",
            "C080",
            "C1BF",
            "E08080",
            "F0808080",
            "F4908080",
            "FF",
            "80",
            "C3",
            "E282",
            "00");

    @RegisterExtension
    static final Broker BROKER = new Broker();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10 (\"MQTT\" LL 02 u16:60 PP SS)",
                "10 (\"MQTT\" LL 82 u16:60 PP \"c\" SS)",
                "10 (\"MQTT\" LL 06 u16:60 PP \"c\" PP SS \"x\")"
            })
    @Mqtt5({"1.5.4-1", "1.5.4-2", "3.1.3-4", "3.1.3-11", "3.1.3-12"})
    @Mqtt311({"1.5.3-1", "1.5.3-2", "3.1.3-4", "3.1.3-10", "3.1.3-11"})
    void mqtt_1_5_4_1_inConnect(String packet) throws Exception {
        for (int level : List.of(4, 5)) {
            for (String string : ILL_FORMED) {
                try (WireClient client = BROKER.open(level)) {
                    client.send(fill(packet, level, string)).refusedWithOrWithout(0x81, 0x85);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"30 (SS PP 'x')", "82 (u16:1 PP SS 00)", "A2 (u16:1 PP SS)"})
    @Mqtt5({"1.5.4-1", "1.5.4-2", "3.3.2-1", "3.8.3-1", "3.10.2-1", "4.7.3-2"})
    @Mqtt311({"1.5.3-1", "1.5.3-2", "3.3.2-1", "3.8.3-1", "3.10.3-1", "4.7.3-2"})
    void mqtt_1_5_4_1_inTopics(String packet) throws Exception {
        for (int level : List.of(4, 5)) {
            for (String string : ILL_FORMED) {
                try (WireClient client = BROKER.connect(level)) {
                    client.send(fill(packet, level, string)).endedWith(0x81, 0x82, 0x90, 0x8F);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "30 (\"t\" (08 SS) 'x')",
                "30 (\"t\" (03 SS) 'x')",
                "30 (\"t\" (26 SS \"v\") 'x')",
                "30 (\"t\" (26 \"k\" SS) 'x')",
                "E0 (00 (1F SS))",
                "82 (u16:1 (26 \"k\" SS) \"t\" 00)",
                "40 (u16:1 00 (1F SS))"
            })
    @Mqtt5({"1.5.4-1", "1.5.4-2", "1.5.7-1", "3.3.2-13", "3.3.2-19"})
    void mqtt_1_5_7_1_inProperties(String packet) throws Exception {
        for (String string : ILL_FORMED) {
            try (WireClient client = BROKER.connect(5)) {
                client.send(fill(packet, 5, string)).endedWith(0x81, 0x82, 0x90);
            }
        }
    }

    private static String fill(String packet, int level, String hex) {
        return packet.replace("SS", "u16:" + hex.length() / 2 + ' ' + hex)
                .replace("PP", level == 5 ? "()" : "")
                .replace("LL", "0" + level);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Mqtt5({"1.5.4-3"})
    @Mqtt311({"1.5.3-3"})
    void mqtt_1_5_4_3_aByteOrderMarkIsACharacterLikeOthers(int level) throws Exception {
        String topic = BROKER.name("t");
        String marked = '\uFEFF' + topic;
        try (WireClient client = BROKER.connect(level).subscribe(marked, 0)) {
            client.publish(0, topic, "without").publish(0, marked, "with");
            Packet packet = client.receive();
            assertEquals("PUBLISH " + marked + " q0 'with'", packet.toString());
        }
    }

    @Test
    void charactersOfFourBytesAreServed() throws Exception {
        String topic = BROKER.name("t") + "\uD83D\uDE00/\u4e2d\u6587";
        try (WireClient client = BROKER.connect(5, BROKER.name("\uD83D\uDE00")).subscribe(topic, 0)) {
            client.publish(0, topic, "\uD83D\uDE00").expect("PUBLISH " + topic + " q0 '\uD83D\uDE00'");
        }
    }
}
