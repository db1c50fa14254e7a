package io.forebay.gateway.mqtt.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Packets as a device writes them, byte by byte and without the codec under test, and what the decoder makes of them. */
final class Wire {
    static final DecoderLimits LIMITS = DecoderLimits.of(1 << 20, 1 << 20, true);

    private Wire() {}

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] oneByte(int value) {
        return new byte[] {(byte) value};
    }

    static byte[] twoBytes(int value) {
        return new byte[] {(byte) (value >>> 8), (byte) value};
    }

    static byte[] fourBytes(long value) {
        return join(twoBytes((int) (value >>> 16)), twoBytes((int) value));
    }

    static byte[] variable(int value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int left = value;
        do {
            int low = left % 128;
            left /= 128;
            out.write(left > 0 ? low + 128 : low);
        } while (left > 0);
        return out.toByteArray();
    }

    static byte[] binary(byte[] value) {
        return join(twoBytes(value.length), value);
    }

    static byte[] string(String value) {
        return binary(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Properties with their length in front. */
    static byte[] properties(byte[]... properties) {
        byte[] all = join(properties);
        return join(variable(all.length), all);
    }

    static byte[] packet(int firstByte, byte[]... parts) {
        byte[] body = join(parts);
        return join(oneByte(firstByte), variable(body.length), body);
    }

    /** A plain CONNECT with a clean start. */
    static byte[] connect(int level) {
        return connect(level, 0x02, properties(), string("device"));
    }

    /** @param properties left out before MQTT 5 */
    static byte[] connect(int level, int flags, byte[] properties, byte[]... payload) {
        return packet(
                0x10,
                string(level == 3 ? "MQIsdp" : "MQTT"),
                oneByte(level),
                oneByte(flags),
                twoBytes(60),
                level == 5 ? properties : new byte[0],
                join(payload));
    }

    /** All that the decoder hands over for these bytes. */
    static List<Packet> decode(DecoderLimits limits, byte[]... reads) {
        EmbeddedChannel channel = new EmbeddedChannel(new PacketDecoder(limits));
        for (byte[] read : reads) {
            channel.writeInbound(Unpooled.wrappedBuffer(read));
        }
        List<Packet> packets = new ArrayList<>();
        for (Packet packet = channel.readInbound(); packet != null; packet = channel.readInbound()) {
            packets.add(packet);
        }
        channel.finishAndReleaseAll();
        return packets;
    }

    /** The one packet that these bytes are, without a CONNECT before them. */
    static Packet decodeFirst(byte[] bytes) {
        List<Packet> packets = decode(LIMITS, bytes);
        assertEquals(1, packets.size(), packets::toString);
        return packets.get(0);
    }

    /** The one packet that these bytes are behind a CONNECT. */
    static Packet decode(int level, byte[] bytes) {
        List<Packet> packets = decode(LIMITS, connect(level), bytes);
        assertEquals(2, packets.size(), packets::toString);
        return packets.get(1);
    }

    static <P extends Packet> P decode(int level, Class<P> type, byte[] bytes) {
        return assertInstanceOf(type, decode(level, bytes));
    }

    static void assertRefused(ReasonCode reason, int level, Packet packet) {
        Packet.Malformed malformed = assertInstanceOf(Packet.Malformed.class, packet);
        assertEquals(reason, malformed.reason(), malformed.sentence());
        assertEquals(level, malformed.protocolLevel(), malformed.sentence());
    }

    /** That these bytes behind a CONNECT are refused for this reason. */
    static void assertRefused(ReasonCode reason, int level, byte[] bytes) {
        assertRefused(reason, level, decode(level, bytes));
    }

    static void assertMalformed(int level, byte[] bytes) {
        assertRefused(ReasonCode.MALFORMED_PACKET, level, bytes);
    }

    static void assertProtocolError(int level, byte[] bytes) {
        assertRefused(ReasonCode.PROTOCOL_ERROR, level, bytes);
    }
}
