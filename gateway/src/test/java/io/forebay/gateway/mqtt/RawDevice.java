package io.forebay.gateway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A device that says exactly what the test wants, packet by packet. Used by one thread. */
final class RawDevice implements AutoCloseable {
    private static final int PATIENCE_MS = 10_000;

    private final Socket socket;
    private final InputStream in;
    private final EmbeddedChannel codec = new EmbeddedChannel(MqttEncoder.INSTANCE, new MqttDecoder(10_000_000));

    RawDevice(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
        in = socket.getInputStream();
    }

    /** Connected with MQTT 5. */
    static RawDevice connected(int port, String clientId) throws IOException {
        RawDevice device = new RawDevice(port);
        device.send(connect(clientId).build());
        MqttConnAckMessage connack = (MqttConnAckMessage) device.receive();
        if (connack.variableHeader().connectReturnCode().byteValue() != 0) {
            throw new IOException("refused: " + connack);
        }
        return device;
    }

    static MqttMessageBuilders.ConnectBuilder connect(String clientId) {
        return MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_5)
                .clientId(clientId)
                .cleanSession(true)
                .keepAlive(60);
    }

    static MqttPublishMessage publish(int qos, int packetId, String topic, String payload) {
        return publish(qos, packetId, topic, payload, MqttProperties.NO_PROPERTIES);
    }

    static MqttPublishMessage publish(int qos, int packetId, String topic, String payload, MqttProperties properties) {
        return new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, false, MqttQoS.valueOf(qos), false, 0),
                new MqttPublishVariableHeader(topic, packetId, properties),
                Unpooled.copiedBuffer(payload, StandardCharsets.UTF_8));
    }

    static MqttMessage pubrel(int packetId) {
        return new MqttMessage(
                new MqttFixedHeader(MqttMessageType.PUBREL, false, MqttQoS.AT_LEAST_ONCE, false, 0),
                MqttMessageIdVariableHeader.from(packetId));
    }

    static MqttMessage ping() {
        return new MqttMessage(new MqttFixedHeader(MqttMessageType.PINGREQ, false, MqttQoS.AT_MOST_ONCE, false, 0));
    }

    void send(MqttMessage... packets) throws IOException {
        for (MqttMessage packet : packets) {
            codec.writeOutbound(packet);
        }
        for (ByteBuf bytes = codec.readOutbound(); bytes != null; bytes = codec.readOutbound()) {
            bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
            bytes.release();
        }
    }

    void sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next packet, or null when the gateway has closed the connection. */
    MqttMessage receive() throws IOException {
        MqttMessage packet = codec.readInbound();
        byte[] buffer = new byte[4_096];
        while (packet == null) {
            int count = in.read(buffer);
            if (count < 0) {
                return null;
            }
            codec.writeInbound(Unpooled.copiedBuffer(buffer, 0, count));
            packet = codec.readInbound();
        }
        return packet;
    }

    /** Type, packet id and reason code of the next packet, in the form {@code PUBACK 7} or {@code DISCONNECT 0x8e}. */
    String receiveText() throws IOException {
        MqttMessage packet = receive();
        if (packet == null) {
            return "closed";
        }
        String type = packet.fixedHeader().messageType().name();
        Object header = packet.variableHeader();
        if (header instanceof MqttPubReplyMessageVariableHeader reply) {
            return type + " " + reply.messageId() + hex(reply.reasonCode());
        }
        if (header instanceof MqttMessageIdVariableHeader id) {
            return type + " " + id.messageId();
        }
        if (header instanceof MqttReasonCodeAndPropertiesVariableHeader reason) {
            return type + hex(reason.reasonCode());
        }
        if (packet instanceof MqttConnAckMessage connack) {
            return type + hex(connack.variableHeader().connectReturnCode().byteValue());
        }
        return type;
    }

    private static String hex(byte reason) {
        return reason == 0 ? "" : String.format(" 0x%02x", reason);
    }

    /** Whether nothing comes for this time: for what must not happen there is nothing else to wait for. */
    boolean silentFor(int ms) throws IOException {
        socket.setSoTimeout(ms);
        try {
            return receive() == null;
        } catch (SocketTimeoutException silent) {
            return true;
        } finally {
            socket.setSoTimeout(PATIENCE_MS);
        }
    }

    @Override
    public void close() throws IOException {
        codec.finishAndReleaseAll();
        socket.close();
    }
}
