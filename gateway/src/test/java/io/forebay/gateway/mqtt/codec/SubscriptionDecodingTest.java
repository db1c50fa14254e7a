package io.forebay.gateway.mqtt.codec;

import static io.forebay.gateway.mqtt.codec.Wire.assertMalformed;
import static io.forebay.gateway.mqtt.codec.Wire.assertProtocolError;
import static io.forebay.gateway.mqtt.codec.Wire.assertRefused;
import static io.forebay.gateway.mqtt.codec.Wire.decode;
import static io.forebay.gateway.mqtt.codec.Wire.hex;
import static io.forebay.gateway.mqtt.codec.Wire.join;
import static io.forebay.gateway.mqtt.codec.Wire.oneByte;
import static io.forebay.gateway.mqtt.codec.Wire.packet;
import static io.forebay.gateway.mqtt.codec.Wire.properties;
import static io.forebay.gateway.mqtt.codec.Wire.string;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionDecodingTest {
    @Test
    void subscribeKeepsFiltersInOrder() {
        assertEquals(
                new Packet.Subscribe(
                        0x1234,
                        Properties.NONE,
                        List.of(
                                new Packet.Requested("a/+", 1, false, false, 0),
                                new Packet.Requested("#", 2, false, false, 0))),
                decode(4, packet(0x82, hex("1234"), string("a/+"), hex("01"), string("#"), hex("02"))));
    }

    @Test
    void subscribeOfMqtt5HasOptionsAndProperties() {
        byte[] identifier = properties(hex("0B FFFFFF7F"));
        Packet.Subscribe packet =
                decode(5, Packet.Subscribe.class, packet(0x82, hex("0001"), identifier, string("a"), hex("2E")));

        assertEquals(List.of(new Packet.Requested("a", 2, true, true, 2)), packet.filters());
        assertEquals(268_435_455, packet.properties().number(Property.SUBSCRIPTION_IDENTIFIER, 0));
    }

    @Test
    void unsubscribeKeepsFiltersInOrder() {
        Packet expected = new Packet.Unsubscribe(7, Properties.NONE, List.of("a", "b/#"));
        assertEquals(expected, decode(4, packet(0xA2, hex("0007"), string("a"), string("b/#"))));
        assertEquals(expected, decode(5, packet(0xA2, hex("0007 00"), string("a"), string("b/#"))));
    }

    @Test
    void mqtt_2_2_1_3_packetId0IsMalformed() {
        assertMalformed(5, packet(0x82, hex("0000 00"), string("a"), hex("00")));
        assertMalformed(5, packet(0xA2, hex("0000 00"), string("a")));
        assertMalformed(4, packet(0x82, hex("0000"), string("a"), hex("00")));
    }

    @Test
    void mqtt_3_8_3_2_and_3_10_3_2_noFilterIsAProtocolError() {
        assertProtocolError(5, packet(0x82, hex("0001 00")));
        assertProtocolError(5, packet(0xA2, hex("0001 00")));
        assertMalformed(4, packet(0x82, hex("0001"))); // There it is a protocol violation, and closes.
        assertMalformed(4, packet(0xA2, hex("0001")));
    }

    @Test
    void mqtt_4_7_3_1_anEmptyFilterIsMalformed() {
        assertMalformed(5, packet(0x82, hex("0001 00"), string(""), hex("00")));
        assertMalformed(5, packet(0xA2, hex("0001 00"), string("a"), string("")));
        assertMalformed(4, packet(0x82, hex("0001"), string("a"), hex("00"), string(""), hex("00")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x40, 0x80, 0xC0, 0xFF})
    void mqtt_3_8_3_5_reservedBitsOfTheOptionsAreMalformed(int options) {
        assertMalformed(5, packet(0x82, hex("0001 00"), string("a"), oneByte(options)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x04, 0x08, 0x10, 0x20, 0x40, 0x80})
    void before5AllButTheQosIsReserved(int options) {
        assertMalformed(4, packet(0x82, hex("0001"), string("a"), oneByte(options)));
        Packet.Subscribe packet =
                decode(3, Packet.Subscribe.class, packet(0x82, hex("0001"), string("a"), oneByte(options | 1)));
        assertEquals(List.of(new Packet.Requested("a", 1, false, false, 0)), packet.filters());
    }

    @Test
    void qos3AndRetainHandling3AreProtocolErrors() {
        assertProtocolError(5, packet(0x82, hex("0001 00"), string("a"), hex("03")));
        assertProtocolError(5, packet(0x82, hex("0001 00"), string("a"), hex("30")));
        assertProtocolError(4, packet(0x82, hex("0001"), string("a"), hex("03")));
        assertProtocolError(3, packet(0x82, hex("0001"), string("a"), hex("03")));
    }

    @Test
    void mqtt_3_8_3_4_noLocalOnASharedSubscriptionIsAProtocolError() {
        assertProtocolError(5, packet(0x82, hex("0001 00"), string("$share/g/a"), hex("04")));
        assertEquals(
                Packet.Subscribe.class,
                decode(5, packet(0x82, hex("0001 00"), string("$shared/g/a"), hex("04")))
                        .getClass());
    }

    @Test
    void theSyntaxOfFiltersIsLeftToTheConnection() {
        Packet.Subscribe packet =
                decode(5, Packet.Subscribe.class, packet(0x82, hex("0001 00"), string("a/#/b+"), hex("00")));
        assertEquals("a/#/b+", packet.filters().get(0).filter());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "0001",
                "0001 01",
                "0001 00 00",
                "0001 00 0001",
                "0001 00 0001 61",
                "0001 00 0002 61 00"
            })
    void whatEndsWithinAFieldIsMalformed(String body) {
        assertMalformed(5, packet(0x82, hex(body)));
    }

    @Test
    void whatIsBehindTheLastFilterIsMalformed() {
        assertMalformed(5, packet(0x82, hex("0001 00"), string("a"), hex("00 00")));
        assertMalformed(5, packet(0xA2, hex("0001 00"), string("a"), hex("00")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0003 610062", "0003 EDA080", "0001 FF"})
    void mqtt_1_5_4_1_and_2_filtersThatAreNoStringsAreMalformed(String filter) {
        assertMalformed(5, packet(0x82, hex("0001 00"), hex(filter), hex("00")));
        assertMalformed(4, packet(0xA2, hex("0001"), hex(filter)));
    }

    @Test
    void moreFiltersThanAllowedAreRefused() {
        DecoderLimits limits = new DecoderLimits(1_000, 1_000, 2, true);
        byte[] two = join(string("a"), hex("00"), string("b"), hex("00"));

        assertEquals(
                Packet.Subscribe.class,
                decode(limits, Wire.connect(5), packet(0x82, hex("0001 00"), two))
                        .get(1)
                        .getClass());
        assertRefused(
                ReasonCode.QUOTA_EXCEEDED,
                5,
                decode(limits, Wire.connect(5), packet(0x82, hex("0001 00"), two, string("c"), hex("00")))
                        .get(1));
        assertRefused(
                ReasonCode.QUOTA_EXCEEDED,
                4,
                decode(limits, Wire.connect(4), packet(0xA2, hex("0001"), string("a"), string("b"), string("c")))
                        .get(1));
    }
}
