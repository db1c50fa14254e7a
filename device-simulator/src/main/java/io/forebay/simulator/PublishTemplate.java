package io.forebay.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;

/**
 * A PUBLISH at QoS 1, encoded once: only its packet id changes from message to message. Immutable.
 *
 * <p>The array is not copied and never written to.
 */
record PublishTemplate(byte[] packet, int packetIdAt) {

    static PublishTemplate of(String topic, int payloadBytes) {
        byte[] payload = new byte[payloadBytes];
        for (int i = 0; i < payloadBytes; i++) {
            payload[i] = (byte) i;
        }
        byte[] packet = encode(MqttPackets.publish(topic, 1, false, false, 1, payload));
        // The packet id stands between topic and payload.
        return new PublishTemplate(packet, packet.length - payloadBytes - Short.BYTES);
    }

    static byte[] encode(MqttMessage message) {
        EmbeddedChannel encoder = new EmbeddedChannel(MqttEncoder.INSTANCE);
        encoder.writeOutbound(message);
        ByteBuf encoded = encoder.alloc().buffer();
        try {
            for (ByteBuf part = encoder.readOutbound(); part != null; part = encoder.readOutbound()) {
                encoded.writeBytes(part);
                part.release();
            }
            return ByteBufUtil.getBytes(encoded);
        } finally {
            encoded.release();
            encoder.finishAndReleaseAll();
        }
    }

    void append(ByteBuf out, int packetId) {
        int start = out.writerIndex();
        out.writeBytes(packet);
        out.setShort(start + packetIdAt, packetId);
    }
}
