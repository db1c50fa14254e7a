package io.forebay.gateway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;

/**
 * What leaves for one device, in order. The small packets that make up nearly all of it are written as bytes, many to a
 * buffer; the others go through Netty's encoder. A write that fails closes the socket, so nobody waits for one. Owned by
 * the connection's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class Outbound {
    private static final int INITIAL_BYTES = 256;

    private final ChannelHandlerContext channel;
    private final LoopFlush loopFlush;
    private ByteBuf small;
    private boolean flushDue;

    Outbound(ChannelHandlerContext channel, LoopFlush loopFlush) {
        this.channel = channel;
        this.loopFlush = loopFlush;
    }

    /**
     * PUBACK, PUBREC or PUBCOMP.
     *
     * @param reasonCode MQTT 5 reason code; 0 is left out as the standard allows, and must be 0 for 3.1.1
     */
    void acknowledge(MqttMessageType type, int packetId, byte reasonCode) {
        ByteBuf buffer = small();
        buffer.writeByte(type.value() << 4);
        buffer.writeByte(reasonCode == 0 ? 2 : 3);
        buffer.writeShort(packetId);
        if (reasonCode != 0) {
            buffer.writeByte(reasonCode);
        }
    }

    void pingResponse() {
        small().writeByte(MqttMessageType.PINGRESP.value() << 4).writeByte(0);
    }

    void packet(MqttMessage packet) {
        writeSmall();
        channel.write(packet, channel.voidPromise());
        markDirty();
    }

    void flush() {
        flushDue = false;
        writeSmall();
        channel.flush();
    }

    private ByteBuf small() {
        if (small == null) {
            small = channel.alloc().ioBuffer(INITIAL_BYTES);
            markDirty();
        }
        return small;
    }

    private void writeSmall() {
        if (small != null) {
            channel.write(small, channel.voidPromise());
            small = null;
        }
    }

    private void markDirty() {
        if (!flushDue) {
            flushDue = true;
            loopFlush.add(this, channel.executor());
        }
    }
}
