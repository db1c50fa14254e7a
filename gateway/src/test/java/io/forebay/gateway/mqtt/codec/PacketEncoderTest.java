package io.forebay.gateway.mqtt.codec;

import static io.forebay.gateway.mqtt.codec.Wire.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketEncoderTest {
    private static final Properties REASON =
            Properties.builder().text(Property.REASON_STRING, "no").build();

    @Test
    void connack() {
        written(4, "2002 01 00", new Packet.Connack(true, 0, Properties.NONE));
        written(3, "2002 00 05", new Packet.Connack(false, 5, Properties.NONE));
        written(5, "2003 00 84 00", new Packet.Connack(false, 0x84, Properties.NONE));
        written(
                5,
                "2006 01 00 03 21 0014",
                new Packet.Connack(
                        true,
                        0,
                        Properties.builder()
                                .number(Property.RECEIVE_MAXIMUM, 20)
                                .build()));
    }

    @Test
    void publish() {
        Properties expiry =
                Properties.builder().number(Property.MESSAGE_EXPIRY_INTERVAL, 9).build();
        written(4, "3005 0001 61 7879", publish(0, false, false, Properties.NONE));
        written(4, "3307 0001 61 1234 7879", publish(1, true, false, Properties.NONE));
        written(5, "3A08 0001 61 1234 00 7879", publish(1, false, true, Properties.NONE));
        written(5, "350D 0001 61 1234 05 02 00000009 7879", publish(2, true, false, expiry));
        written(4, "3407 0001 61 1234 7879", publish(2, false, false, expiry));
    }

    @Test
    void publishWithAWideTopic() {
        Packet packet = new Packet.Publish(0, false, false, "é/\uD83D\uDE00", 0, Properties.NONE, new byte[0]);
        written(4, "3009 0007 C3A9 2F F09F9880", packet);
    }

    @Test
    void acknowledgementsLeaveOutWhatIsNothing() {
        written(5, "4002 0001", new Packet.Puback(1, 0, Properties.NONE));
        written(5, "4003 0001 10", new Packet.Puback(1, 0x10, Properties.NONE));
        written(5, "5009 0001 97 05 1F 0002 6E6F", new Packet.Pubrec(1, 0x97, REASON));
        written(5, "5009 0001 00 05 1F 0002 6E6F", new Packet.Pubrec(1, 0, REASON));
        written(5, "6203 0001 92", new Packet.Pubrel(1, 0x92, Properties.NONE));
        written(5, "7003 FFFF 92", new Packet.Pubcomp(65_535, 0x92, Properties.NONE));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void before5AcknowledgementsHaveNoReason(int level) {
        written(level, "4002 0001", new Packet.Puback(1, 0x10, REASON));
        written(level, "5002 0001", new Packet.Pubrec(1, 0x97, REASON));
        written(level, "6202 0001", new Packet.Pubrel(1, 0x92, REASON));
        written(level, "7002 0001", new Packet.Pubcomp(1, 0x92, REASON));
    }

    @Test
    void subackAndUnsuback() {
        written(4, "9004 0007 01 80", new Packet.Suback(7, Properties.NONE, List.of(1, 0x80)));
        written(5, "9005 0007 00 02 8F", new Packet.Suback(7, Properties.NONE, List.of(2, 0x8F)));
        written(4, "B002 0007", new Packet.Unsuback(7, REASON, List.of(0, 0x11)));
        written(5, "B00A 0007 05 1F 0002 6E6F 00 11", new Packet.Unsuback(7, REASON, List.of(0, 0x11)));
    }

    @Test
    void theRest() {
        written(4, "D000", new Packet.Pingresp());
        written(5, "E000", new Packet.Disconnect(0, Properties.NONE));
        written(5, "E001 8E", new Packet.Disconnect(0x8E, Properties.NONE));
        written(5, "E007 81 05 1F 0002 6E6F", new Packet.Disconnect(0x81, REASON));
        written(5, "F000", new Packet.Auth(0, Properties.NONE));
        written(
                5,
                "F006 18 04 15 0001 61",
                new Packet.Auth(
                        0x18,
                        Properties.builder()
                                .text(Property.AUTHENTICATION_METHOD, "a")
                                .build()));
    }

    @Test
    void remainingLengthsOfEverySize() {
        for (int remaining : new int[] {127, 128, 16_383, 16_384, 2_097_151, 2_097_152}) {
            Packet packet = new Packet.Publish(0, false, false, "a", 0, Properties.NONE, new byte[remaining - 3]);
            byte[] bytes = encoded(packet, 4);
            byte[] length = Wire.variable(remaining);
            assertEquals(1 + length.length + remaining, bytes.length);
            assertArrayEquals(length, Arrays.copyOfRange(bytes, 1, 1 + length.length));
        }
    }

    @Test
    void whatADeviceSendsIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> PacketEncoder.size(new Packet.Pingreq(), 5));
        assertThrows(
                IllegalArgumentException.class,
                () -> PacketEncoder.encode(
                        new Packet.Unsubscribe(1, Properties.NONE, List.of("a")), 5, Unpooled.buffer()));
    }

    @Test
    void inAPipelineItWritesInTheLevelItIsTold() {
        PacketEncoder encoder = new PacketEncoder(4);
        EmbeddedChannel channel = new EmbeddedChannel(encoder);

        channel.writeOutbound(new Packet.Puback(1, 0x10, Properties.NONE));
        encoder.setLevel(5);
        channel.writeOutbound(new Packet.Puback(1, 0x10, Properties.NONE));

        assertEquals("40020001", hexOf(channel.readOutbound()));
        assertEquals("4003000110", hexOf(channel.readOutbound()));
        channel.finishAndReleaseAll();
    }

    @Test
    void whatIsBytesAlreadyPasses() {
        EmbeddedChannel channel = new EmbeddedChannel(new PacketEncoder(4));
        ByteBuf bytes = Unpooled.wrappedBuffer(hex("D000"));

        channel.writeOutbound(bytes);

        assertSame(bytes, channel.readOutbound());
        bytes.release();
        channel.finishAndReleaseAll();
    }

    private static Packet publish(int qos, boolean retain, boolean dup, Properties properties) {
        return new Packet.Publish(qos, retain, dup, "a", qos == 0 ? 0 : 0x1234, properties, hex("7879"));
    }

    private static void written(int level, String expected, Packet packet) {
        byte[] bytes = encoded(packet, level);
        assertEquals(ByteBufUtil.hexDump(hex(expected)), ByteBufUtil.hexDump(bytes));
        assertEquals(bytes.length, PacketEncoder.size(packet, level));
    }

    private static byte[] encoded(Packet packet, int level) {
        ByteBuf out = Unpooled.buffer();
        PacketEncoder.encode(packet, level, out);
        return ByteBufUtil.getBytes(out);
    }

    private static String hexOf(ByteBuf bytes) {
        String text = ByteBufUtil.hexDump(bytes);
        bytes.release();
        return text;
    }
}
