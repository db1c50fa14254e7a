package io.forebay.simulator;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
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
import java.nio.charset.StandardCharsets;

/** Makes the packets that a device sends and reads the fields of those that it gets. */
final class MqttPackets {
    static final int KEEP_ALIVE_SECONDS = 60;

    private static final int SESSION_EXPIRY_SECONDS = 3600;

    private MqttPackets() {}

    static MqttConnectMessage connect(MqttTarget target, String clientId, boolean cleanSession) {
        MqttMessageBuilders.ConnectBuilder connect = MqttMessageBuilders.connect()
                .protocolVersion(target.level().version())
                .clientId(clientId)
                .cleanSession(cleanSession)
                .keepAlive(KEEP_ALIVE_SECONDS);
        if (target.level() == MqttLevel.V5 && !cleanSession) {
            MqttProperties properties = new MqttProperties();
            properties.add(
                    new MqttProperties.IntegerProperty(MqttProperties.SESSION_EXPIRY_INTERVAL, SESSION_EXPIRY_SECONDS));
            connect.properties(properties);
        }
        if (target.credentials().present()) {
            connect.hasUser(true)
                    .username(target.credentials().user())
                    .hasPassword(true)
                    .password(target.credentials().password().getBytes(StandardCharsets.UTF_8));
        }
        return connect.build();
    }

    static MqttPublishMessage publish(String topic, int qos, boolean dup, int packetId, byte[] payload) {
        return new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, dup, MqttQoS.valueOf(qos), false, 0),
                new MqttPublishVariableHeader(topic, packetId),
                Unpooled.wrappedBuffer(payload));
    }

    static MqttMessage pubRel(int packetId) {
        return new MqttMessage(
                new MqttFixedHeader(MqttMessageType.PUBREL, false, MqttQoS.AT_LEAST_ONCE, false, 0),
                MqttMessageIdVariableHeader.from(packetId));
    }

    static int packetId(MqttMessage acknowledgement) {
        return ((MqttMessageIdVariableHeader) acknowledgement.variableHeader()).messageId();
    }

    /** Whether an acknowledgement says no, which only MQTT 5 can. */
    static boolean refuses(MqttMessage acknowledgement) {
        return acknowledgement.variableHeader() instanceof MqttPubReplyMessageVariableHeader header
                && (header.reasonCode() & 0x80) != 0;
    }
}
