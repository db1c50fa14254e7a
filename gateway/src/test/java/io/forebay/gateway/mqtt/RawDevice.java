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
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A device that says exactly what the test wants, packet by packet. Used by one thread. */
final class RawDevice implements AutoCloseable {
    private static final int PATIENCE_MS = 60_000;

    private final Socket socket;
    private final InputStream in;
    private final EmbeddedChannel codec = new EmbeddedChannel(MqttEncoder.INSTANCE, new MqttDecoder(10_000_000));

    RawDevice(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    RawDevice(Socket connected) throws IOException {
        socket = connected;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
        in = socket.getInputStream();
    }

    /** Connected with MQTT 5. */
    static RawDevice connected(int port, String clientId) throws IOException {
        return connected(port, connect(clientId));
    }

    static RawDevice connected311(int port, String clientId) throws IOException {
        return connected(port, connect(clientId).protocolVersion(MqttVersion.MQTT_3_1_1));
    }

    static RawDevice connected(int port, MqttMessageBuilders.ConnectBuilder connect) throws IOException {
        RawDevice device = new RawDevice(port);
        device.send(connect.build());
        MqttConnAckMessage connack = (MqttConnAckMessage) device.receive();
        if (connack == null) {
            throw new IOException("closed without a word");
        }
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

    /** PUBACK, PUBREC, PUBREL or PUBCOMP with a reason code. */
    static MqttMessage reply(MqttMessageType type, int packetId, int reason) {
        MqttQoS qos = type == MqttMessageType.PUBREL ? MqttQoS.AT_LEAST_ONCE : MqttQoS.AT_MOST_ONCE;
        return new MqttMessage(
                new MqttFixedHeader(type, false, qos, false, 0),
                new MqttPubReplyMessageVariableHeader(packetId, (byte) reason, MqttProperties.NO_PROPERTIES));
    }

    static MqttMessage subscribe(int packetId, int qos, String... filters) {
        MqttMessageBuilders.SubscribeBuilder subscribe =
                MqttMessageBuilders.subscribe().messageId(packetId);
        for (String filter : filters) {
            subscribe.addSubscription(MqttQoS.valueOf(qos), filter);
        }
        return subscribe.build();
    }

    static MqttMessage unsubscribe(int packetId, String... filters) {
        MqttMessageBuilders.UnsubscribeBuilder unsubscribe =
                MqttMessageBuilders.unsubscribe().messageId(packetId);
        for (String filter : filters) {
            unsubscribe.addTopicFilter(filter);
        }
        return unsubscribe.build();
    }

    static MqttMessage disconnect(int reason, MqttProperties properties) {
        return MqttMessageBuilders.disconnect()
                .reasonCode((byte) reason)
                .properties(properties)
                .build();
    }

    static MqttMessage auth(int reason, String method, byte[] data) {
        MqttProperties properties = new MqttProperties();
        if (method != null) {
            properties.add(new MqttProperties.StringProperty(MqttProperties.AUTHENTICATION_METHOD, method));
        }
        if (data != null) {
            properties.add(new MqttProperties.BinaryProperty(MqttProperties.AUTHENTICATION_DATA, data));
        }
        return MqttMessageBuilders.auth()
                .reasonCode((byte) reason)
                .properties(properties)
                .build();
    }

    /** Number properties, id and value in turn. */
    static MqttProperties numbers(int... idsAndValues) {
        MqttProperties properties = new MqttProperties();
        for (int i = 0; i < idsAndValues.length; i += 2) {
            properties.add(new MqttProperties.IntegerProperty(idsAndValues[i], idsAndValues[i + 1]));
        }
        return properties;
    }

    static MqttMessage ping() {
        return new MqttMessage(new MqttFixedHeader(MqttMessageType.PINGREQ, false, MqttQoS.AT_MOST_ONCE, false, 0));
    }

    /** All in one write: nothing comes between them but what the gateway does. */
    void send(MqttMessage... packets) throws IOException {
        for (MqttMessage packet : packets) {
            codec.writeOutbound(packet);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf bytes = codec.readOutbound(); bytes != null; bytes = codec.readOutbound()) {
            bytes.readBytes(all, bytes.readableBytes());
            bytes.release();
        }
        sendBytes(all.toByteArray());
    }

    /** In hexadecimal digits; blanks are passed over. */
    void sendHex(String hex) throws IOException {
        sendBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
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

    /**
     * Type, packet id and reason code of the next packet, in the form {@code PUBACK 7}, {@code DISCONNECT 0x8e}, {@code
     * SUBACK 3 [1, 143]} or {@code PUBLISH 1 dup topic=payload}.
     */
    String receiveText() throws IOException {
        return text(receive());
    }

    static String text(MqttMessage packet) {
        if (packet == null) {
            return "closed";
        }
        String type = packet.fixedHeader().messageType().name();
        Object header = packet.variableHeader();
        if (packet instanceof MqttPublishMessage publish) {
            return publishText(publish);
        }
        if (packet instanceof MqttSubAckMessage suback) {
            return type + " " + suback.variableHeader().messageId() + " "
                    + suback.payload().reasonCodes();
        }
        if (packet instanceof MqttUnsubAckMessage unsuback) {
            return type + " " + unsuback.variableHeader().messageId() + " "
                    + unsuback.payload().unsubscribeReasonCodes();
        }
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
            return type
                    + (connack.variableHeader().isSessionPresent() ? " present" : "")
                    + hex(connack.variableHeader().connectReturnCode().byteValue());
        }
        return type;
    }

    private static String publishText(MqttPublishMessage publish) {
        String text = "PUBLISH " + publish.variableHeader().packetId()
                + (publish.fixedHeader().isDup() ? " dup" : "")
                + (publish.fixedHeader().isRetain() ? " retain" : "")
                + " " + publish.variableHeader().topicName() + "="
                + publish.payload().toString(StandardCharsets.UTF_8);
        publish.release();
        return text;
    }

    private static String hex(byte reason) {
        return reason == 0 ? "" : String.format(" 0x%02x", reason);
    }

    /** The property of the next packet, a CONNACK, DISCONNECT or AUTH; null if it is not there. */
    static Object property(MqttMessage packet, int id) {
        MqttProperties properties = properties(packet);
        return properties.getProperty(id) == null
                ? null
                : properties.getProperty(id).value();
    }

    static MqttProperties properties(MqttMessage packet) {
        if (packet instanceof MqttConnAckMessage connack) {
            return connack.variableHeader().properties();
        }
        if (packet instanceof MqttPublishMessage publish) {
            return publish.variableHeader().properties();
        }
        return ((MqttReasonCodeAndPropertiesVariableHeader) packet.variableHeader()).properties();
    }

    /** Passes over all that was sent, to its end. */
    boolean isCutOff() {
        byte[] buffer = new byte[65_536];
        try {
            int count = in.read(buffer);
            while (count >= 0) {
                count = in.read(buffer);
            }
            return true;
        } catch (IOException reset) {
            return true;
        }
    }

    /** The first bytes that come, in hexadecimal digits; fewer if the gateway closes before. */
    String receiveHex(int count) throws IOException {
        return HexFormat.of().formatHex(in.readNBytes(count));
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
