package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.PacketEncoder;
import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/**
 * What leaves for one device, in order: encoded at once, many packets to a buffer, written once in a turn of the event
 * loop. A write that fails closes the socket, so nobody waits for one. Owned by the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class Outbound {
    /** First bytes of the packets that are written as bytes. */
    static final int PUBACK = 0x40;

    static final int PUBREC = 0x50;
    static final int PUBREL = 0x62; // The flags are 0010 (MQTT-3.6.1-1).
    static final int PUBCOMP = 0x70;
    private static final int PINGRESP = 0xD0;

    private static final int INITIAL_BYTES = 256;
    /** A buffer of this size is handed to the channel, so that it counts and is not copied on growing. */
    private static final int BUFFER_BYTES = 16 << 10;

    private final ChannelHandlerContext channel;
    private final LoopFlush loopFlush;
    private final SlowReader slowReader;
    private int level = ConnectRequest.LEVEL_3_1_1;
    private long packetBytesMax = Long.MAX_VALUE;
    private ByteBuf buffer;
    private boolean flushDue;

    Outbound(ChannelHandlerContext channel, LoopFlush loopFlush, SlowReader slowReader) {
        this.channel = channel;
        this.loopFlush = loopFlush;
        this.slowReader = slowReader;
    }

    /** CONNECT has told the protocol level and the largest packet that the device takes. */
    void speak(int protocolLevel, long largestPacketBytes) {
        level = protocolLevel;
        packetBytesMax = largestPacketBytes;
    }

    /**
     * PUBACK, PUBREC, PUBREL or PUBCOMP.
     *
     * @param reason SUCCESS is left out as the standard allows, and is the only one before MQTT 5
     */
    void acknowledge(int firstByte, int packetId, ReasonCode reason) {
        ByteBuf out = buffer();
        out.writeByte(firstByte);
        out.writeByte(reason == ReasonCode.SUCCESS ? 2 : 3);
        out.writeShort(packetId);
        if (reason != ReasonCode.SUCCESS) {
            out.writeByte(reason.value());
        }
    }

    void pingResponse() {
        buffer().writeByte(PINGRESP).writeByte(0);
    }

    /** Whether the packet is not larger than the device takes (MQTT-3.1.2-24). */
    boolean fits(Packet packet) {
        return packetBytesMax == Long.MAX_VALUE || PacketEncoder.size(packet, level) <= packetBytesMax;
    }

    /** Expects that it fits. */
    void packet(Packet packet) {
        ByteBuf out = buffer();
        PacketEncoder.encode(packet, level, out);
        if (out.readableBytes() >= BUFFER_BYTES) {
            writeBuffer();
        }
    }

    /** Whether less waits than may wait; what waits is sent first, as far as the device takes it. */
    boolean hasRoom() {
        if (!channel.channel().isWritable()) {
            writeBuffer();
            channel.flush();
        }
        return channel.channel().isWritable();
    }

    void flush() {
        flushDue = false;
        writeBuffer();
        channel.flush();
        if (!channel.channel().isWritable()) {
            slowReader.onBacklog(channel.channel().bytesBeforeWritable());
        }
    }

    private ByteBuf buffer() {
        if (buffer == null) {
            buffer = channel.alloc().ioBuffer(INITIAL_BYTES);
            if (!flushDue) {
                flushDue = true;
                loopFlush.add(this, channel.executor());
            }
        }
        return buffer;
    }

    private void writeBuffer() {
        if (buffer != null) {
            channel.write(buffer, channel.voidPromise());
            buffer = null;
        }
    }
}
