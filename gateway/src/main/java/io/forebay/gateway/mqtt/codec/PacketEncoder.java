package io.forebay.gateway.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Writes what a server sends; anything but a {@link Packet} passes. Owned by the connection's event loop. {@link #size}
 * and {@link #encode} may be used without the handler, by any thread.
 */
public final class PacketEncoder extends ChannelOutboundHandlerAdapter {
    private int level;

    /** @param level the protocol level until the connection knows better */
    public PacketEncoder(int level) {
        this.level = level;
    }

    /** In which version packets are written from now on: 3, 4 or 5. */
    public void setLevel(int level) {
        this.level = level;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // It is told to the promise.
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof Packet packet) {
            int remaining = PacketWriter.remaining(packet, level);
            ByteBuf out = context.alloc().ioBuffer(total(remaining));
            PacketWriter.write(packet, level, remaining, out);
            context.write(out, promise);
        } else {
            context.write(message, promise);
        }
    }

    /** How many bytes the packet has, header included: what a client's Maximum Packet Size counts (MQTT-3.1.2-24). */
    public static int size(Packet packet, int level) {
        return total(PacketWriter.remaining(packet, level));
    }

    /** Throws IllegalArgumentException for a packet that no server sends. */
    public static void encode(Packet packet, int level, ByteBuf out) {
        PacketWriter.write(packet, level, PacketWriter.remaining(packet, level), out);
    }

    private static int total(int remaining) {
        return 1 + PacketWriter.variableSize(remaining) + remaining;
    }
}
