package io.forebay.gateway.mqtt.codec;

import static io.forebay.gateway.mqtt.codec.Wire.assertMalformed;
import static io.forebay.gateway.mqtt.codec.Wire.assertProtocolError;
import static io.forebay.gateway.mqtt.codec.Wire.assertRefused;
import static io.forebay.gateway.mqtt.codec.Wire.connect;
import static io.forebay.gateway.mqtt.codec.Wire.decode;
import static io.forebay.gateway.mqtt.codec.Wire.hex;
import static io.forebay.gateway.mqtt.codec.Wire.oneByte;
import static io.forebay.gateway.mqtt.codec.Wire.packet;
import static io.forebay.gateway.mqtt.codec.Wire.string;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FixedHeaderTest {
    private static final String SUBSCRIBE = "0001 00 000161 00";

    @ParameterizedTest
    @CsvSource({
        "PUBACK,0x40,0", "PUBREC,0x50,0", "PUBREL,0x60,2", "PUBCOMP,0x70,0", "PINGREQ,0xC0,0", "DISCONNECT,0xE0,0",
        "SUBSCRIBE,0x80,2", "UNSUBSCRIBE,0xA0,2", "SUBACK,0x90,0", "UNSUBACK,0xB0,0", "PINGRESP,0xD0,0", "AUTH,0xF0,0"
    })
    void mqtt_2_1_3_1_reservedFlagsAreMalformed(String name, String type, int right) {
        for (int flags = 0; flags < 16; flags++) {
            if (flags != right) {
                assertMalformed(5, packet(Integer.decode(type) | flags, hex("0001")));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x40, 0x50, 0x60, 0x70, 0x80, 0xA0, 0xC0, 0xE0})
    void mqtt_2_2_2_2_reservedFlagsAreMalformedIn311(int type) {
        assertMalformed(4, packet(type | 1, hex("0001")));
    }

    @Test
    void mqtt31UsesNoFlagsOutsideOfPublish() {
        assertInstanceOf(Packet.Subscribe.class, decode(3, packet(0x8A, hex("0001 000161 00")))); // DUP
        assertInstanceOf(Packet.Pubrel.class, decode(3, packet(0x6A, hex("0001"))));
        assertInstanceOf(Packet.Pingreq.class, decode(3, packet(0xC1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void mqtt_3_3_1_4_publishWithQos3IsMalformed(int level) {
        assertMalformed(level, packet(0x36, string("a"), hex("0001 00")));
    }

    @Test
    void mqtt_3_3_1_2_publishOfQos0WithDupIsMalformed() {
        assertMalformed(5, packet(0x38, string("a"), hex("00")));
        assertMalformed(4, packet(0x38, string("a")));
        assertTrue(assertInstanceOf(Packet.Publish.class, decode(3, packet(0x38, string("a"))))
                .dup());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x0F, 0x20, 0x24, 0x90, 0xB0})
    void packetsOfAServerAndTheReservedTypeAreProtocolErrors(int firstByte) {
        assertProtocolError(5, packet(firstByte, hex("0001 00")));
        assertRefused(ReasonCode.PROTOCOL_ERROR, 4, packet(firstByte & 0xF0, hex("0001")));
    }

    @Test
    void aWrongTypeIsRefusedByItsHeader() {
        assertProtocolError(5, oneByte(0x00));
        assertProtocolError(5, hex("00 80808080"));
        assertMalformed(5, hex("81 7F"));
        assertProtocolError(5, packet(0xD0));
    }

    @Test
    void whatCannotBeFramedIsNotAnswered() {
        assertFalse(malformed(5, hex("30 80808080")).told());
        assertFalse(malformed(5, packet(0xC0, oneByte(0))).told());
        assertFalse(malformed(5, packet(0xD0, oneByte(0))).told());
        assertTrue(malformed(5, packet(0xC1)).told());
    }

    private static Packet.Malformed malformed(int level, byte[] packet) {
        return assertInstanceOf(Packet.Malformed.class, decode(level, packet));
    }

    @Test
    void authIsOfMqtt5Only() {
        assertProtocolError(4, packet(0xF0));
        assertProtocolError(3, packet(0xF0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x30, 0x32, 0x40, 0x62, 0x82, 0xA2, 0xC0, 0xE0, 0xF0, 0x20, 0x00})
    void mqtt_3_1_0_1_theFirstPacketMustBeConnect(int firstByte) {
        assertRefused(ReasonCode.PROTOCOL_ERROR, 0, Wire.decodeFirst(packet(firstByte, hex("0001"))));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void mqtt_3_1_0_2_aSecondConnectIsAProtocolError(int level) {
        assertProtocolError(level, connect(level));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void remainingLengthHasAtMostFourBytes(int level) {
        assertMalformed(level, hex("30 80808080"));
        assertMalformed(level, hex("30 FFFFFFFF 7F"));
    }

    @Test
    void aConnectWithFiveBytesOfRemainingLengthIsMalformed() {
        assertRefused(ReasonCode.MALFORMED_PACKET, 0, Wire.decodeFirst(hex("10 8080808001")));
    }

    @Test
    void mqtt_1_5_5_1_remainingLengthIsAsShortAsItCanBe() {
        assertMalformed(5, hex("C0 8000"));
        assertMalformed(5, hex("82 878000" + SUBSCRIBE));
        byte[] connect = connect(5);
        byte[] longer = Wire.join(hex("10"), oneByte(connect[1] | 0x80), hex("00"), tail(connect, 2));
        assertRefused(ReasonCode.MALFORMED_PACKET, 5, Wire.decodeFirst(longer));
    }

    @Test
    void before5TheRemainingLengthMayBeLonger() {
        assertInstanceOf(Packet.Pingreq.class, decode(4, hex("C0 808000")));
        byte[] connect = connect(4);
        byte[] longer = Wire.join(hex("10"), oneByte(connect[1] | 0x80), hex("00"), tail(connect, 2));
        assertInstanceOf(Packet.Connect.class, Wire.decodeFirst(longer));
    }

    @Test
    void mqtt_3_2_2_15_aPacketTooLargeIsRefusedByItsHeader() {
        DecoderLimits limits = new DecoderLimits(100, 50, 10, true);

        byte[] fits = packet(0x30, string("a"), hex("00"), new byte[100 - 6]);
        assertEquals(100, fits.length);
        assertInstanceOf(Packet.Publish.class, decode(limits, connect(5), fits).get(1));

        List<Packet> packets = decode(limits, connect(5), hex("30 63")); // 99 bytes behind two of header
        assertRefused(ReasonCode.PACKET_TOO_LARGE, 5, packets.get(1));
        assertRefused(
                ReasonCode.PACKET_TOO_LARGE,
                4,
                decode(limits, connect(4), hex("30 FFFFFF7F")).get(1));
    }

    @Test
    void aConnectMayHaveASmallerLimit() {
        DecoderLimits limits = new DecoderLimits(100, 50, 10, true);

        assertRefused(
                ReasonCode.PACKET_TOO_LARGE, 0, decode(limits, hex("10 31")).get(0));
        byte[] fits = connect(5, 0x02, Wire.properties(), string("c".repeat(35)));
        assertEquals(50, fits.length);
        assertInstanceOf(Packet.Connect.class, decode(limits, fits).get(0));
    }

    @Test
    void nothingIsDecodedAfterAMalformedPacket() {
        List<Packet> packets = decode(
                Wire.LIMITS, connect(5), Wire.join(packet(0xC0), packet(0xC1), packet(0xC0)), packet(0xC0), hex("30"));

        assertEquals(3, packets.size());
        assertInstanceOf(Packet.Pingreq.class, packets.get(1));
        assertInstanceOf(Packet.Malformed.class, packets.get(2));
    }

    private static byte[] tail(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, from, bytes.length);
    }
}
