package io.forebay.gateway.mqtt.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What our encoder writes, as Netty's decoder reads it: a judge that shares no code with ours. */
class NettyJudgementTest {
    private static final Properties REASON = Properties.builder()
            .text(Property.REASON_STRING, "because")
            .userProperty("k", "v")
            .userProperty("k", "v")
            .build();

    @Test
    void publishesComeBackInBothVersions() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            int level = random.nextBoolean() ? 5 : 4;
            Packet.Publish packet = publish(random, level);
            MqttPublishMessage read = (MqttPublishMessage) judged(level, packet);
            String why = "seed " + seed + ", round " + round;
            assertEquals(packet.topic(), read.variableHeader().topicName(), why);
            assertEquals(packet.qos(), read.fixedHeader().qosLevel().value(), why);
            assertEquals(packet.retain(), read.fixedHeader().isRetain(), why);
            assertEquals(packet.dup(), read.fixedHeader().isDup(), why);
            assertArrayEquals(packet.payload(), ByteBufUtil.getBytes(read.payload()), why);
            if (packet.qos() > 0) {
                assertEquals(packet.packetId(), read.variableHeader().packetId(), why);
            }
            if (packet.properties().has(Property.MESSAGE_EXPIRY_INTERVAL)) {
                assertEquals(
                        (int) packet.properties().number(Property.MESSAGE_EXPIRY_INTERVAL, 0),
                        read.variableHeader()
                                .properties()
                                .getProperty(MqttProperties.PUBLICATION_EXPIRY_INTERVAL)
                                .value(),
                        why);
            }
            read.release();
        }
    }

    private static Packet.Publish publish(Random random, int level) {
        int qos = random.nextInt(3);
        byte[] payload = new byte[random.nextInt(300)];
        random.nextBytes(payload);
        Properties.Builder properties = Properties.builder();
        if (level == 5 && random.nextBoolean()) {
            properties
                    .number(Property.MESSAGE_EXPIRY_INTERVAL, random.nextInt(Integer.MAX_VALUE))
                    .userProperty("n".repeat(random.nextInt(200)), "v");
        }
        return new Packet.Publish(
                qos,
                random.nextBoolean(),
                qos > 0 && random.nextBoolean(),
                random.nextBoolean() ? "plain/topic" : "wide/é/\uD83D\uDE00",
                qos == 0 ? 0 : 1 + random.nextInt(65_535),
                properties.build(),
                payload);
    }

    @Test
    void acknowledgementsComeBackWithReasonAndProperties() {
        List<Packet> packets = List.of(
                new Packet.Puback(7, 0x10, REASON),
                new Packet.Pubrec(7, 0x97, REASON),
                new Packet.Pubrel(7, 0x92, REASON),
                new Packet.Pubcomp(7, 0x92, REASON));
        for (Packet packet : packets) {
            MqttPubReplyMessageVariableHeader read =
                    (MqttPubReplyMessageVariableHeader) judged(5, packet).variableHeader();
            assertEquals(7, read.messageId());
            assertTrue(read.reasonCode() != 0);
            assertReason(read.properties());
        }
    }

    @Test
    void theOthersComeBack() {
        MqttConnAckMessage connack = (MqttConnAckMessage) judged(5, new Packet.Connack(true, 0, REASON));
        assertTrue(connack.variableHeader().isSessionPresent());
        assertReason(connack.variableHeader().properties());
        MqttSubAckMessage suback = (MqttSubAckMessage) judged(5, new Packet.Suback(9, REASON, List.of(0, 2, 0x8F)));
        assertEquals(List.of(0, 2, 0x8F), suback.payload().reasonCodes());
        MqttUnsubAckMessage unsuback = (MqttUnsubAckMessage) judged(5, new Packet.Unsuback(9, REASON, List.of(0x11)));
        assertEquals(List.of((short) 0x11), unsuback.payload().unsubscribeReasonCodes());
        assertReason((MqttReasonCodeAndPropertiesVariableHeader)
                judged(5, new Packet.Disconnect(0x8E, REASON)).variableHeader());
        assertReason((MqttReasonCodeAndPropertiesVariableHeader)
                judged(5, new Packet.Auth(0x18, REASON)).variableHeader());
    }

    private static void assertReason(MqttReasonCodeAndPropertiesVariableHeader header) {
        assertTrue(header.reasonCode() != 0);
        assertReason(header.properties());
    }

    private static void assertReason(MqttProperties properties) {
        assertEquals(
                "because", properties.getProperty(MqttProperties.REASON_STRING).value());
        assertEquals(2, properties.getProperties(MqttProperties.USER_PROPERTY).size());
    }

    /** Netty's decoder learns the version from a CONNECT. */
    private static MqttMessage judged(int level, Packet packet) {
        EmbeddedChannel netty = new EmbeddedChannel(new MqttDecoder(1 << 20));
        netty.writeInbound(Unpooled.wrappedBuffer(Wire.connect(level)));
        netty.readInbound();
        ByteBuf bytes = Unpooled.buffer();
        PacketEncoder.encode(packet, level, bytes);
        netty.writeInbound(bytes);
        MqttMessage read = netty.readInbound();
        assertTrue(read.decoderResult().isSuccess(), () -> String.valueOf(read.decoderResult()));
        assertEquals(0, netty.inboundMessages().size());
        return read;
    }
}
