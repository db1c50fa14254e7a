package io.forebay.gateway.mqtt.codec;

import static io.forebay.gateway.mqtt.codec.Wire.assertRefused;
import static io.forebay.gateway.mqtt.codec.Wire.connect;
import static io.forebay.gateway.mqtt.codec.Wire.decodeFirst;
import static io.forebay.gateway.mqtt.codec.Wire.hex;
import static io.forebay.gateway.mqtt.codec.Wire.oneByte;
import static io.forebay.gateway.mqtt.codec.Wire.packet;
import static io.forebay.gateway.mqtt.codec.Wire.properties;
import static io.forebay.gateway.mqtt.codec.Wire.string;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectDecodingTest {
    private static final byte[] CLIENT = string("device");

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void aPlainConnect(int level) {
        Packet.Connect packet = accepted(connect(level));

        assertEquals(level, packet.protocolLevel());
        assertTrue(packet.cleanStart());
        assertEquals(60, packet.keepAliveSeconds());
        assertEquals("device", packet.clientId());
        assertNull(packet.will());
        assertNull(packet.userName());
        assertNull(packet.password());
        assertSame(Properties.NONE, packet.properties());
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void aConnectWithAllFields(int level) {
        byte[] willProperties = level == 5 ? properties(hex("18 00000007")) : new byte[0];
        Packet.Connect packet = accepted(connect(
                level,
                0xF4,
                properties(hex("11 0000000A 21 0005")),
                CLIENT,
                willProperties,
                string("will/topic"),
                hex("0002 00FF"),
                string("user"),
                hex("0003 00C0FF")));

        assertFalse(packet.cleanStart());
        assertEquals("will/topic", packet.will().topic());
        assertEquals(2, packet.will().qos());
        assertTrue(packet.will().retain());
        assertArrayEquals(hex("00FF"), packet.will().payload());
        assertEquals("user", packet.userName());
        assertArrayEquals(hex("00C0FF"), packet.password());
        assertEquals(level == 5 ? 7 : 0, packet.will().properties().number(Property.WILL_DELAY_INTERVAL, 0));
        assertEquals(level == 5 ? 10 : 0, packet.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0));
        assertEquals(level == 5 ? 5 : 0, packet.properties().number(Property.RECEIVE_MAXIMUM, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void theClientIdMayBeEmpty(int level) {
        assertEquals("", accepted(connect(level, 2, properties(), string(""))).clientId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MQT", "MQTTT", "MQTU", "mqtt", "HTTP", "MQIsdq", "AMQP"})
    void mqtt_3_1_2_1_anotherProtocolNameIsUnsupportedAtNoLevel(String name) {
        byte[] bytes = packet(0x10, string(name), hex("04 02 003C"), CLIENT);
        assertRefused(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, 0, decodeFirst(bytes));
    }

    @ParameterizedTest
    @CsvSource({"MQTT,0", "MQTT,2", "MQTT,3", "MQTT,6", "MQTT,132", "MQTT,255", "MQIsdp,2", "MQIsdp,4", "MQIsdp,5"})
    void mqtt_3_1_2_2_anotherLevelIsUnsupportedAndTold(String name, int level) {
        byte[] bytes = packet(0x10, string(name), oneByte(level), hex("02 003C 00"), CLIENT);
        // A level of 0 is told as 1: 0 would say that none was named.
        assertRefused(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, Math.max(1, level), decodeFirst(bytes));
    }

    @Test
    void whatFollowsAnUnknownLevelIsNotLookedAt() {
        byte[] bytes = packet(0x10, string("MQTT"), hex("06 FF"));
        assertRefused(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, 6, decodeFirst(bytes));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void mqtt_3_1_2_3_theReservedConnectFlagIsMalformed(int level) {
        malformed(level, connect(level, 0x03, properties(), CLIENT));
    }

    @Test
    void mqtt31DoesNotUseTheReservedBits() {
        byte[] bytes = connect(3, 0x03, properties(), CLIENT);
        bytes[0] = 0x14;
        accepted(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void mqtt_2_1_3_1_reservedFlagsOfConnectAreMalformed(int level) {
        for (int flags = 1; flags < 16; flags++) {
            byte[] bytes = connect(level);
            bytes[0] = (byte) (0x10 | flags);
            malformed(level, bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0A, 0x12, 0x1A, 0x22})
    void mqtt_3_1_2_11_and_13_qosOrRetainWithoutAWillAreMalformed(int flags) {
        malformed(5, connect(5, flags, properties(), CLIENT));
        malformed(4, connect(4, flags, properties(), CLIENT));
        accepted(connect(3, flags, properties(), CLIENT));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void mqtt_3_1_2_12_aWillOfQos3IsMalformed(int level) {
        byte[] willProperties = level == 5 ? properties() : new byte[0];
        malformed(level, connect(level, 0x1E, properties(), CLIENT, willProperties, string("w"), string("p")));
    }

    @Test
    void mqtt_3_1_2_9_aWillFlagWithoutWillIsMalformed() {
        malformed(5, connect(5, 0x06, properties(), CLIENT));
        malformed(5, connect(5, 0x06, properties(), CLIENT, properties(), string("topic")));
        malformed(4, connect(4, 0x06, properties(), CLIENT, string("topic")));
    }

    @Test
    void theWillTopicIsATopicName() {
        malformed(4, connect(4, 0x06, properties(), CLIENT, string("a/#"), string("p")));
        malformed(5, connect(5, 0x06, properties(), CLIENT, properties(), string("a/+"), string("p")));
        assertRefused(
                ReasonCode.PROTOCOL_ERROR,
                5,
                decodeFirst(connect(5, 0x06, properties(), CLIENT, properties(), string(""), string("p"))));
    }

    @Test
    void mqtt_3_1_2_22_before5APasswordNeedsAUserName() {
        malformed(4, connect(4, 0x42, properties(), CLIENT, string("secret")));
        malformed(3, connect(3, 0x42, properties(), CLIENT, string("secret")));
        Packet.Connect packet = accepted(connect(5, 0x42, properties(), CLIENT, string("secret")));
        assertNull(packet.userName());
        assertArrayEquals("secret".getBytes(StandardCharsets.UTF_8), packet.password());
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void mqtt_3_1_2_17_and_19_flagsWithoutTheirFieldsAreMalformed(int level) {
        malformed(level, connect(level, 0x82, properties(), CLIENT));
        malformed(level, connect(level, 0xC2, properties(), CLIENT, string("user")));
    }

    @Test
    void inMqtt31TheLengthTakesPrecedenceOverTheFlags() {
        assertNull(accepted(connect(3, 0xC2, properties(), CLIENT)).userName());
        assertNull(
                accepted(connect(3, 0xC2, properties(), CLIENT, string("user"))).password());
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void mqtt_3_1_2_16_and_18_fieldsWithoutTheirFlagsAreMalformed(int level) {
        malformed(level, connect(level, 0x02, properties(), CLIENT, string("user")));
        malformed(level, connect(level, 0x82, properties(), CLIENT, string("user"), string("secret")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0003 610062", "0003 EDA080", "0001 FF", "0002 C320"})
    void mqtt_1_5_4_1_and_2_stringsThatAreNoneAreMalformed(String bytes) {
        malformed(5, connect(5, 0x02, properties(), hex(bytes)));
        malformed(4, connect(4, 0x82, properties(), CLIENT, hex(bytes)));
        malformed(4, connect(4, 0x06, properties(), CLIENT, hex(bytes), string("p")));
        malformed(5, connect(5, 0x02, properties(hex("26"), hex(bytes), string("v")), CLIENT));
    }

    @Test
    void controlCharactersAreTakenOrNotAsConfigured() {
        byte[] bytes = connect(5, 0x02, properties(), string("a\u0001b"));
        DecoderLimits strict = new DecoderLimits(1_000, 1_000, 10, false);

        assertEquals("a\u0001b", accepted(bytes).clientId());
        assertRefused(
                ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                5,
                Wire.decode(strict, bytes).get(0));
        byte[] old = connect(4, 0x02, properties(), string("a\u0001b"));
        assertRefused(ReasonCode.MALFORMED_PACKET, 4, Wire.decode(strict, old).get(0));
        byte[] userName = connect(5, 0x82, properties(), CLIENT, string("a\u0001b"));
        assertRefused(
                ReasonCode.MALFORMED_PACKET, 5, Wire.decode(strict, userName).get(0));
        byte[] userProperty = connect(5, 0x02, properties(hex("26"), string("k"), string("line\n")), CLIENT);
        assertInstanceOf(Packet.Connect.class, Wire.decode(strict, userProperty).get(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void everyTruncationIsMalformed(int level) {
        byte[] willProperties = level == 5 ? properties() : new byte[0];
        byte[] bytes = connect(
                level, 0xC6, properties(), CLIENT, willProperties, string("w"), string("p"), string("u"), string("s"));
        int flagged = level == 3 ? string("u").length + string("s").length : 0;
        for (int length = 2; length < bytes.length; length++) {
            byte[] shorter = Arrays.copyOf(bytes, length);
            shorter[1] = (byte) (length - 2);
            Packet packet = decodeFirst(shorter);
            if (length != bytes.length - flagged && length != bytes.length - flagged / 2) {
                assertInstanceOf(Packet.Malformed.class, packet, () -> "length " + shorter.length);
            }
        }
    }

    @Test
    void authenticationDataNeedsAMethod() {
        byte[] bytes = connect(5, 0x02, properties(hex("16 0001 61")), CLIENT);
        assertRefused(ReasonCode.PROTOCOL_ERROR, 5, decodeFirst(bytes));
        accepted(connect(5, 0x02, properties(hex("16 0001 61 15 0001 61")), CLIENT));
    }

    @CanIgnoreReturnValue
    private static Packet.Connect accepted(byte[] bytes) {
        return assertInstanceOf(Packet.Connect.class, decodeFirst(bytes));
    }

    private static void malformed(int level, byte[] bytes) {
        assertRefused(ReasonCode.MALFORMED_PACKET, level, decodeFirst(bytes));
    }
}
