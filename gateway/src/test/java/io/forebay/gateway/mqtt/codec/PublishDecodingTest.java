package io.forebay.gateway.mqtt.codec;

import static io.forebay.gateway.mqtt.codec.Wire.assertMalformed;
import static io.forebay.gateway.mqtt.codec.Wire.assertProtocolError;
import static io.forebay.gateway.mqtt.codec.Wire.assertRefused;
import static io.forebay.gateway.mqtt.codec.Wire.decode;
import static io.forebay.gateway.mqtt.codec.Wire.hex;
import static io.forebay.gateway.mqtt.codec.Wire.packet;
import static io.forebay.gateway.mqtt.codec.Wire.properties;
import static io.forebay.gateway.mqtt.codec.Wire.string;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishDecodingTest {
    @Test
    void qos0() {
        Packet.Publish packet = publish(4, packet(0x30, string("a/b"), hex("0001FF")));

        assertEquals(0, packet.qos());
        assertEquals(0, packet.packetId());
        assertEquals("a/b", packet.topic());
        assertArrayEquals(hex("0001FF"), packet.payload());
        assertSame(Properties.NONE, packet.properties());
    }

    @Test
    void qos2WithAllFlagsAndProperties() {
        byte[] wire = hex("26 0001 61 0001 62 01 01 26 0001 61 0001 62");
        Packet.Publish packet = publish(5, packet(0x3D, string("ä/b"), hex("FFFE"), properties(wire), hex("70")));

        assertEquals(2, packet.qos());
        assertTrue(packet.dup() && packet.retain());
        assertEquals(0xFFFE, packet.packetId());
        assertEquals("ä/b", packet.topic());
        assertArrayEquals(wire, packet.properties().wire());
        assertArrayEquals(hex("70"), packet.payload());
    }

    @Test
    void thePayloadMayBeEmpty() {
        assertEquals(0, publish(5, packet(0x31, string("a"), hex("00"))).payload().length);
        assertEquals(0, publish(4, packet(0x31, string("a"))).payload().length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x32, 0x34})
    void mqtt_2_2_1_3_packetId0IsAProtocolError(int firstByte) {
        assertProtocolError(5, packet(firstByte, string("a"), hex("0000 00")));
        assertProtocolError(4, packet(firstByte, string("a"), hex("0000")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "+", "a/#", "a/+/b", "a#"})
    void mqtt_3_3_2_2_wildcardsInATopicNameAreMalformed(String topic) {
        assertMalformed(5, packet(0x30, string(topic), hex("00")));
        assertMalformed(4, packet(0x30, string(topic)));
        assertMalformed(3, packet(0x30, string(topic)));
    }

    @Test
    void mqtt_4_7_3_1_anEmptyTopicNeedsAnAlias() {
        assertProtocolError(5, packet(0x30, string(""), hex("00")));
        assertProtocolError(4, packet(0x30, string("")));
        assertEquals(
                "",
                publish(5, packet(0x30, string(""), properties(hex("23 0001")))).topic());
    }

    @Test
    void mqtt_3_3_2_8_topicAlias0IsInvalid() {
        assertRefused(ReasonCode.TOPIC_ALIAS_INVALID, 5, packet(0x30, string("a"), properties(hex("23 0000"))));
    }

    @Test
    void mqtt_3_3_2_14_aResponseTopicWithWildcardsIsAProtocolError() {
        assertProtocolError(5, packet(0x30, string("a"), properties(hex("08"), string("a/#"))));
        assertProtocolError(5, packet(0x30, string("a"), properties(hex("08"), string("+"))));
        assertProtocolError(5, packet(0x30, string("a"), properties(hex("08"), string(""))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "01", "7F", "8001", "FFFFFF7F"})
    void mqtt_3_3_4_6_aSubscriptionIdentifierFromADeviceIsAProtocolError(String value) {
        assertProtocolError(5, packet(0x30, string("a"), properties(hex("0B" + value))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0003 610062", "0003 EDA080", "0001 FF", "0005 61"})
    void mqtt_1_5_4_1_and_2_aTopicThatIsNoStringIsMalformed(String topic) {
        assertMalformed(5, packet(0x30, hex(topic), hex("00")));
        assertMalformed(4, packet(0x30, hex(topic)));
    }

    @Test
    void mqtt_4_7_3_2_aTopicMayHave65535Bytes() {
        String topic = "t".repeat(65_535);
        assertEquals(topic, publish(4, packet(0x30, string(topic))).topic());
    }

    @Test
    void controlCharactersAndAnythingWideAreKept() {
        String topic = "\u0001/\uFEFF/\uFFFF/\uD83D\uDE00/é";
        assertEquals(topic, publish(5, packet(0x30, string(topic), hex("00"))).topic());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "0001",
                "0001 61",
                "0001 61 00",
                "0001 61 0001",
                "0001 61 0001 01",
                "0001 61 0001 02 01"
            })
    void whatEndsWithinAFieldIsMalformed(String body) {
        assertMalformed(5, packet(0x32, hex(body)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"8000", "808000", "80808000", "80808080 01", "05", "FFFFFF7F"})
    void mqtt_1_5_5_1_aWrongPropertyLengthIsMalformed(String length) {
        assertMalformed(5, packet(0x30, string("a"), hex(length)));
    }

    @Test
    void thePropertyLengthMayHaveSeveralBytes() {
        byte[] properties = properties(hex("03"), string("c".repeat(20_000)));
        Packet.Publish packet = publish(5, packet(0x30, string("a"), properties, hex("01")));
        assertEquals(20_000, packet.properties().text(Property.CONTENT_TYPE).length());
        assertEquals(1, packet.payload().length);
    }

    private static Packet.Publish publish(int level, byte[] bytes) {
        return decode(level, Packet.Publish.class, bytes);
    }
}
