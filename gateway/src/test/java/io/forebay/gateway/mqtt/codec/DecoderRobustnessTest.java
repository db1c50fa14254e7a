package io.forebay.gateway.mqtt.codec;

import static io.forebay.gateway.mqtt.codec.Wire.connect;
import static io.forebay.gateway.mqtt.codec.Wire.hex;
import static io.forebay.gateway.mqtt.codec.Wire.join;
import static io.forebay.gateway.mqtt.codec.Wire.packet;
import static io.forebay.gateway.mqtt.codec.Wire.properties;
import static io.forebay.gateway.mqtt.codec.Wire.string;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However bytes come, and whatever they are. */
class DecoderRobustnessTest {
    private static final int MUTATIONS = 200_000;

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void splitAnywhereTheBytesMakeTheSamePackets(int level) {
        byte[] bytes = join(valid(level).toArray(byte[][]::new));
        List<String> whole = texts(Wire.decode(Wire.LIMITS, bytes));
        assertEquals(valid(level).size(), whole.size());

        for (int at = 0; at <= bytes.length; at++) {
            byte[] head = Arrays.copyOf(bytes, at);
            byte[] tail = Arrays.copyOfRange(bytes, at, bytes.length);
            assertEquals(whole, texts(Wire.decode(Wire.LIMITS, head, tail)), "split at " + at);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void byteByByteTheyMakeTheSamePackets(int level) {
        byte[] bytes = join(valid(level).toArray(byte[][]::new));
        byte[][] single = new byte[bytes.length][];
        for (int i = 0; i < bytes.length; i++) {
            single[i] = new byte[] {bytes[i]};
        }
        assertEquals(texts(Wire.decode(Wire.LIMITS, bytes)), texts(Wire.decode(Wire.LIMITS, single)));
    }

    @Test
    void inRandomPiecesTheyMakeTheSamePackets() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] payload = new byte[5_000];
        random.nextBytes(payload);
        byte[] bytes = join(join(valid(5).toArray(byte[][]::new)), packet(0x30, string("a"), hex("00"), payload));
        List<String> whole = texts(Wire.decode(Wire.LIMITS, bytes));

        for (int round = 0; round < 500; round++) {
            List<byte[]> pieces = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                int next = Math.min(bytes.length, at + 1 + random.nextInt(700));
                pieces.add(Arrays.copyOfRange(bytes, at, next));
                at = next;
            }
            List<Packet> packets = Wire.decode(Wire.LIMITS, pieces.toArray(byte[][]::new));
            assertEquals(whole, texts(packets), "seed " + seed);
        }
    }

    @Test
    void mutatedPacketsNeverThrowAndNeverHang() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int[] outcomes = new int[2];
        assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> {
                    for (int round = 0; round < MUTATIONS; round++) {
                        outcomes[feedMutated(random) ? 1 : 0]++;
                    }
                },
                "seed " + seed);
        assertTrue(outcomes[0] > MUTATIONS / 20 && outcomes[1] > MUTATIONS / 20, "seed " + seed);
    }

    /** @return whether the packet was still one */
    private static boolean feedMutated(Random random) {
        int level = 3 + random.nextInt(3);
        List<byte[]> packets = valid(level);
        int which = random.nextInt(packets.size());
        byte[] mutated = mutate(packets.get(which).clone(), random);
        EmbeddedChannel channel = new EmbeddedChannel(new PacketDecoder(new DecoderLimits(4_096, 1_024, 100, true)));
        if (which > 0) {
            channel.writeInbound(Unpooled.wrappedBuffer(packets.get(0)));
        }
        channel.writeInbound(Unpooled.wrappedBuffer(mutated));
        channel.writeInbound(Unpooled.wrappedBuffer(hex("C000")));
        channel.checkException();
        boolean wellFormed = true;
        for (Packet packet = channel.readInbound(); packet != null; packet = channel.readInbound()) {
            assertTrue(wellFormed, "a packet came after a malformed one");
            wellFormed = !(packet instanceof Packet.Malformed);
        }
        channel.finishAndReleaseAll();
        return wellFormed;
    }

    private static byte[] mutate(byte[] bytes, Random random) {
        int changes = 1 + random.nextInt(3);
        byte[] mutated = bytes;
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(4)) {
                case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> mutated[at] = (byte) random.nextInt(256);
                case 2 -> mutated = Arrays.copyOf(mutated, Math.max(1, at));
                default ->
                    mutated = join(
                            Arrays.copyOf(mutated, at),
                            new byte[] {(byte) random.nextInt(256)},
                            Arrays.copyOfRange(mutated, at, mutated.length));
            }
        }
        return mutated;
    }

    @Test
    void aHeaderAloneClaimsNoMemory() {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
        EmbeddedChannel channel = channel(allocator, 64 << 20);

        channel.writeInbound(Unpooled.wrappedBuffer(packetOf(50 << 20)));

        assertTrue(allocator.metric().usedHeapMemory() < 1_024, () -> "" + allocator.metric());
        channel.finishAndReleaseAll();
        assertEquals(0, allocator.metric().usedHeapMemory());
    }

    @Test
    void aTrickleIsCopiedAFewTimesAndNeverBeyondThePacket() {
        int size = 8 << 20;
        CountingAllocator allocator = new CountingAllocator();
        EmbeddedChannel channel = channel(allocator, size + 10);
        byte[] piece = new byte[1_000];

        channel.writeInbound(Unpooled.wrappedBuffer(packetOf(size)));
        int left = size - 3;
        while (left > 0) {
            int count = Math.min(left, piece.length);
            channel.writeInbound(Unpooled.wrappedBuffer(piece, 0, count));
            left -= count;
        }

        assertInstanceOf(Packet.Publish.class, channel.readInbound());
        assertTrue(allocator.allocated < 3L * size, () -> allocator.allocated + " bytes of room were taken");
        assertTrue(allocator.greatest <= size + 5, () -> allocator.greatest + " bytes were taken at once");
        channel.finishAndReleaseAll();
    }

    /** The header of a PUBLISH with this remaining length, and its topic. */
    private static byte[] packetOf(int remaining) {
        return join(hex("30"), Wire.variable(remaining), string("a"));
    }

    private static EmbeddedChannel channel(ByteBufAllocator allocator, int bytesMax) {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(allocator);
        channel.pipeline().addLast(new PacketDecoder(DecoderLimits.of(bytesMax, bytesMax, true)));
        channel.writeInbound(Unpooled.wrappedBuffer(connect(4)));
        assertInstanceOf(Packet.Connect.class, channel.readInbound());
        return channel;
    }

    @Test
    void whatIsHeldBackIsReleasedWithTheConnection() {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
        EmbeddedChannel channel = channel(allocator, 1_000);
        ByteBuf part = Unpooled.wrappedBuffer(hex("30 10 0001"));

        channel.writeInbound(part);
        assertEquals(0, part.refCnt());
        assertTrue(allocator.metric().usedHeapMemory() > 0);
        channel.pipeline().remove(PacketDecoder.class);

        assertEquals(0, allocator.metric().usedHeapMemory());
        channel.finishAndReleaseAll();
    }

    @Test
    void bytesAfterAMalformedPacketAreReleased() {
        EmbeddedChannel channel = new EmbeddedChannel(new PacketDecoder(Wire.LIMITS));
        channel.writeInbound(Unpooled.wrappedBuffer(hex("00")));
        ByteBuf late = Unpooled.wrappedBuffer(hex("0102030405"));

        channel.writeInbound(late);

        assertEquals(0, late.refCnt());
        channel.finishAndReleaseAll();
    }

    /** One of each that a device sends, CONNECT first. */
    private static List<byte[]> valid(int level) {
        byte[] none = level == 5 ? hex("00") : new byte[0];
        byte[] some = level == 5 ? properties(hex("26"), string("k"), string("é")) : new byte[0];
        byte[] reason = level == 5 ? join(hex("00"), some) : new byte[0];
        List<byte[]> packets = new ArrayList<>(List.of(
                connect(level, 0xC6, some, string("device"), some, string("w"), string("p"), string("u"), string("s")),
                packet(0x31, string("a/b"), none, hex("0102")),
                packet(0x3A, string("é/b"), hex("0001"), some, new byte[200]),
                packet(0x34, string("a"), hex("0002"), none),
                packet(0x40, hex("0001"), reason),
                packet(0x50, hex("0001"), reason),
                packet(0x62, hex("0001"), reason),
                packet(0x70, hex("0001"), reason),
                packet(0x82, hex("0003"), some, string("a/#"), hex("01"), string("+"), hex("02")),
                packet(0xA2, hex("0004"), some, string("a/#"), string("b")),
                packet(0xC0),
                packet(0xE0, reason)));
        if (level == 5) {
            packets.add(packet(0xF0, hex("19"), properties(hex("15"), string("m"), hex("16 0001 00"))));
        }
        return packets;
    }

    private static List<String> texts(List<Packet> packets) {
        return packets.stream().map(DecoderRobustnessTest::text).toList();
    }

    private static String text(Packet packet) {
        if (packet instanceof Packet.Publish publish) {
            return publish.topic()
                    + publish.qos()
                    + publish.packetId()
                    + publish.properties()
                    + Arrays.toString(publish.payload());
        }
        if (packet instanceof Packet.Connect connect) {
            return connect.clientId()
                    + connect.userName()
                    + Arrays.toString(connect.password())
                    + connect.will().topic()
                    + Arrays.toString(connect.will().payload());
        }
        return packet.toString();
    }

    /** Adds up what is asked of it. */
    private static final class CountingAllocator extends AbstractByteBufAllocator {
        private long allocated;
        private int greatest;

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            allocated += initialCapacity;
            greatest = Math.max(greatest, initialCapacity);
            return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity);
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            throw new UnsupportedOperationException("it prefers the heap");
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }
}
