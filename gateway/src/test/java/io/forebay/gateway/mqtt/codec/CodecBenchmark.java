package io.forebay.gateway.mqtt.codec;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.util.ReferenceCountUtil;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/** Nanoseconds and bytes allocated for each PUBLISH decoded, beside Netty's decoder in the same run; started by hand. */
public final class CodecBenchmark {
    private static final int ROUNDS = 7;
    private static final int READS = 20_000;
    /** As many packets in one read as a busy device's socket hands over. */
    private static final int PACKETS_PER_READ = 50;

    private CodecBenchmark() {}

    /** Prints the best of several rounds. */
    public static void main(String[] arguments) {
        byte[] plain =
                Wire.packet(0x32, Wire.string("sensors/device-0001/temperature"), Wire.hex("0001 00"), new byte[200]);
        byte[] withProperties = Wire.packet(
                0x32,
                Wire.string("sensors/device-0001/temperature"),
                Wire.hex("0001"),
                Wire.properties(Wire.hex("01 01 02 0000000A 26"), Wire.string("key"), Wire.string("value")),
                new byte[200]);
        for (int i = 0; i < 2; i++) {
            report("plain, ours", plain, new PacketDecoder(Wire.LIMITS));
            report("plain, Netty's", plain, new MqttDecoder(1 << 20));
            report("properties, ours", withProperties, new PacketDecoder(Wire.LIMITS));
            report("properties, Netty's", withProperties, new MqttDecoder(1 << 20));
        }
    }

    private static void report(String name, byte[] publish, ChannelHandler decoder) {
        Sink sink = new Sink();
        EmbeddedChannel channel = new EmbeddedChannel(decoder, sink);
        channel.writeInbound(Unpooled.wrappedBuffer(Wire.connect(5)));
        ByteBuf read = PooledByteBufAllocator.DEFAULT.directBuffer();
        for (int i = 0; i < PACKETS_PER_READ; i++) {
            read.writeBytes(publish);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double best = Double.MAX_VALUE;
        double bytes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            for (int i = 0; i < READS; i++) {
                channel.pipeline().fireChannelRead(read.retainedDuplicate());
            }
            best = Math.min(best, (System.nanoTime() - start) / (double) (READS * PACKETS_PER_READ));
            bytes = (threads.getCurrentThreadAllocatedBytes() - allocated) / (double) (READS * PACKETS_PER_READ);
        }
        System.out.println(
                String.format(Locale.ROOT, "%-20s %6.1f ns %6.1f bytes, %d packets", name, best, bytes, sink.packets));
        read.release();
        channel.finishAndReleaseAll();
    }

    private static final class Sink extends ChannelInboundHandlerAdapter {
        private long packets;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            packets++;
            ReferenceCountUtil.release(message);
        }
    }
}
