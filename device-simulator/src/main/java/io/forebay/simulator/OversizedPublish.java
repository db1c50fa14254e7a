package io.forebay.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * One PUBLISH at QoS 1 that is larger than any broker takes, written piece by piece as the socket takes it: it never is in
 * memory as a whole. Owned by its device.
 */
final class OversizedPublish {
    private static final int PUBLISH_QOS_1 = 0x32;
    private static final int PACKET_ID = 1;
    private static final int REMAINING_LENGTH_MAX = 268_435_455;
    private static final ByteBuf ZEROS = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[64 << 10]));

    private final MqttLink link;
    private final byte[] topic;
    private final boolean v5;
    private final int bytes;
    private long left;

    /** @param bytes its remaining length; what is longer cannot be written as one (MQTT-2.1.4) */
    OversizedPublish(MqttLink link, String topic, boolean v5, int bytes) {
        this.link = link;
        this.topic = topic.getBytes(StandardCharsets.UTF_8);
        this.v5 = v5;
        this.bytes = Math.max(bytes, headBytes());
    }

    private int headBytes() {
        return Short.BYTES + topic.length + Short.BYTES + (v5 ? 1 : 0);
    }

    void start() {
        ByteBuf head = Unpooled.buffer();
        head.writeByte(PUBLISH_QOS_1);
        int remaining = Math.min(bytes, REMAINING_LENGTH_MAX);
        left = (long) remaining - headBytes();
        do {
            head.writeByte(remaining % 128 + (remaining > 127 ? 128 : 0));
            remaining /= 128;
        } while (remaining > 0);
        head.writeShort(topic.length).writeBytes(topic).writeShort(PACKET_ID);
        if (v5) {
            head.writeByte(0);
        }
        link.sendRaw(head);
        goOn();
    }

    /** Writes what the socket takes now. */
    void goOn() {
        while (left > 0 && link.writable()) {
            int piece = (int) Math.min(left, ZEROS.capacity());
            left -= piece;
            link.sendRaw(ZEROS.retainedSlice(0, piece));
        }
    }
}
