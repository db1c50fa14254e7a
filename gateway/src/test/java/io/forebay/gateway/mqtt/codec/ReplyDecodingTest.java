package io.forebay.gateway.mqtt.codec;

import static io.forebay.gateway.mqtt.codec.Wire.assertMalformed;
import static io.forebay.gateway.mqtt.codec.Wire.assertProtocolError;
import static io.forebay.gateway.mqtt.codec.Wire.decode;
import static io.forebay.gateway.mqtt.codec.Wire.hex;
import static io.forebay.gateway.mqtt.codec.Wire.oneByte;
import static io.forebay.gateway.mqtt.codec.Wire.packet;
import static io.forebay.gateway.mqtt.codec.Wire.properties;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PUBACK, PUBREC, PUBREL, PUBCOMP, PINGREQ, DISCONNECT and AUTH. */
class ReplyDecodingTest {
    private static final Set<Integer> RECEIVED = Set.of(0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);
    private static final Set<Integer> RELEASED = Set.of(0x00, 0x92);
    private static final Set<Integer> DISCONNECT =
            Set.of(0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99);
    private static final Set<Integer> AUTH = Set.of(0x18, 0x19);

    @Test
    void acknowledgementsOfTwoBytes() {
        for (int level = 3; level <= 5; level++) {
            assertEquals(new Packet.Puback(1, 0, Properties.NONE), decode(level, hex("4002 0001")));
            assertEquals(new Packet.Pubrec(0xFFFF, 0, Properties.NONE), decode(level, hex("5002 FFFF")));
            assertEquals(new Packet.Pubrel(0x0100, 0, Properties.NONE), decode(level, hex("6202 0100")));
            assertEquals(new Packet.Pubcomp(0x1234, 0, Properties.NONE), decode(level, hex("7002 1234")));
        }
    }

    @Test
    void acknowledgementsWithReasonAndProperties() {
        assertEquals(new Packet.Pubrec(1, 0x97, Properties.NONE), decode(5, hex("5003 0001 97")));
        assertEquals(new Packet.Pubrec(1, 0x97, Properties.NONE), decode(5, hex("5004 0001 97 00")));
        assertEquals(
                new Packet.Pubcomp(
                        1,
                        0x92,
                        Properties.builder().text(Property.REASON_STRING, "a").build()),
                decode(5, hex("7008 0001 92 04 1F 0001 61")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x40, 0x50, 0x62, 0x70})
    void acknowledgementsOfAWrongLengthAreMalformed(int firstByte) {
        for (int level = 3; level <= 5; level++) {
            assertMalformed(level, packet(firstByte));
            assertMalformed(level, packet(firstByte, hex("00")));
        }
        assertMalformed(4, packet(firstByte, hex("0001 00")));
        assertMalformed(5, packet(firstByte, hex("0001 00 00 00")));
        assertMalformed(5, packet(firstByte, hex("0001 00 01")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x40, 0x50, 0x62, 0x70})
    void mqtt_2_2_1_3_packetId0IsAProtocolError(int firstByte) {
        assertProtocolError(4, packet(firstByte, hex("0000")));
        assertProtocolError(5, packet(firstByte, hex("0000 00")));
    }

    @Test
    void mqtt_3_4_2_1_to_3_7_2_1_reasonCodesThatADeviceDoesNotSendAreProtocolErrors() {
        for (int code = 0; code < 256; code++) {
            assertReason(RECEIVED.contains(code), 0x40, code);
            assertReason(RECEIVED.contains(code), 0x50, code);
            assertReason(RELEASED.contains(code), 0x62, code);
            assertReason(RELEASED.contains(code), 0x70, code);
        }
    }

    private static void assertReason(boolean allowed, int firstByte, int code) {
        byte[] bytes = packet(firstByte, hex("0001"), oneByte(code));
        assertAllowed(allowed, bytes);
    }

    private static void assertAllowed(boolean allowed, byte[] bytes) {
        if (allowed) {
            assertEquals(false, decode(5, bytes) instanceof Packet.Malformed);
        } else {
            assertProtocolError(5, bytes);
        }
    }

    @Test
    void pingreqHasNoPayload() {
        for (int level = 3; level <= 5; level++) {
            assertInstanceOf(Packet.Pingreq.class, decode(level, hex("C000")));
            assertMalformed(level, hex("C001 00"));
        }
    }

    @Test
    void disconnectBefore5HasNoBody() {
        assertEquals(new Packet.Disconnect(0, Properties.NONE), decode(4, hex("E000")));
        assertMalformed(4, hex("E001 00"));
        assertMalformed(3, hex("E001 00"));
    }

    @Test
    void mqtt_3_14_2_1_disconnectTakesTheReasonCodesOfADevice() {
        for (int code = 0; code < 256; code++) {
            assertAllowed(DISCONNECT.contains(code), packet(0xE0, oneByte(code)));
        }
    }

    @Test
    void disconnectLeavesOutWhatIsNothing() {
        assertEquals(new Packet.Disconnect(0, Properties.NONE), decode(5, hex("E000")));
        assertEquals(new Packet.Disconnect(4, Properties.NONE), decode(5, hex("E001 04")));
        assertEquals(new Packet.Disconnect(4, Properties.NONE), decode(5, hex("E002 04 00")));
        Packet.Disconnect packet = decode(5, Packet.Disconnect.class, hex("E007 00 05 11 FFFFFFFF"));
        assertEquals(0xFFFF_FFFFL, packet.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0));
        assertMalformed(5, hex("E003 00 00 00"));
        assertMalformed(5, hex("E002 00 01"));
    }

    @Test
    void mqtt_3_15_2_1_authTakesContinueAndReauthenticateOnly() {
        for (int code = 0; code < 256; code++) {
            assertAllowed(AUTH.contains(code), packet(0xF0, oneByte(code), properties(hex("15 0001 61"))));
        }
    }

    @Test
    void authHasAMethod() {
        assertProtocolError(5, packet(0xF0));
        assertProtocolError(5, packet(0xF0, hex("18")));
        assertProtocolError(5, packet(0xF0, hex("18 00")));
        assertProtocolError(5, packet(0xF0, hex("18"), properties(hex("16 0001 61"))));
        Packet.Auth auth =
                decode(5, Packet.Auth.class, packet(0xF0, hex("19"), properties(hex("15 0001 61 16 0002 00FF"))));
        assertEquals(0x19, auth.reasonCode());
        assertEquals("a", auth.properties().text(Property.AUTHENTICATION_METHOD));
        assertMalformed(5, packet(0xF0, hex("18"), properties(hex("15 0001 61")), hex("00")));
    }
}
