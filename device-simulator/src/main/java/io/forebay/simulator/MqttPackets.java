package io.forebay.simulator;

import io.forebay.simulator.scenario.ConnectionSpec;
import io.forebay.simulator.scenario.TrafficSpec;
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
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Makes the packets that a device sends and reads the fields of those that it gets. */
final class MqttPackets {
    private static final int SESSION_EXPIRY_SECONDS = 3600;
    /** Packet id of the only SUBSCRIBE; no PUBLISH has it. */
    static final int SUBSCRIBE_ID = 65_535;

    private MqttPackets() {}

    /** @param willMark what a will begins with */
    static MqttConnectMessage connect(
            ConnectionSpec spec, int device, String clientId, boolean cleanSession, String willMark) {
        boolean v5 = spec.version() == ConnectionSpec.Version.V5;
        MqttMessageBuilders.ConnectBuilder connect = MqttMessageBuilders.connect()
                .protocolVersion(v5 ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1)
                .clientId(clientId)
                .cleanSession(cleanSession)
                .keepAlive(spec.keepAliveSeconds());
        if (v5 && !cleanSession) {
            MqttProperties properties = new MqttProperties();
            properties.add(
                    new MqttProperties.IntegerProperty(MqttProperties.SESSION_EXPIRY_INTERVAL, SESSION_EXPIRY_SECONDS));
            connect.properties(properties);
        }
        if (!spec.user().isEmpty()) {
            connect.hasUser(true)
                    .username(TrafficSpec.fill(spec.user(), device, 0))
                    .hasPassword(true)
                    .password(TrafficSpec.fill(spec.password(), device, 0).getBytes(StandardCharsets.UTF_8));
        }
        spec.will().ifPresent(will -> connect.willFlag(true)
                .willTopic(TrafficSpec.fill(will.topic(), device, 0))
                .willQoS(MqttQoS.valueOf(will.qos()))
                .willRetain(will.retain())
                .willMessage((willMark + "." + device + " " + will.text()).getBytes(StandardCharsets.UTF_8)));
        return connect.build();
    }

    static MqttPublishMessage publish(
            String topic, int qos, boolean dup, boolean retain, int packetId, byte[] payload) {
        return new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, dup, MqttQoS.valueOf(qos), retain, 0),
                new MqttPublishVariableHeader(topic, packetId),
                Unpooled.wrappedBuffer(payload));
    }

    static MqttSubscribeMessage subscribe(List<String> filters, int device, int qos) {
        MqttMessageBuilders.SubscribeBuilder subscribe =
                MqttMessageBuilders.subscribe().messageId(SUBSCRIBE_ID);
        filters.forEach(filter -> subscribe.addSubscription(MqttQoS.valueOf(qos), TrafficSpec.fill(filter, device, 0)));
        return subscribe.build();
    }

    static MqttMessage pubRel(int packetId) {
        return reply(MqttMessageType.PUBREL, MqttQoS.AT_LEAST_ONCE, packetId);
    }

    /** PUBACK, PUBREC or PUBCOMP. */
    static MqttMessage reply(MqttMessageType type, int packetId) {
        return reply(type, MqttQoS.AT_MOST_ONCE, packetId);
    }

    private static MqttMessage reply(MqttMessageType type, MqttQoS flags, int packetId) {
        return new MqttMessage(
                new MqttFixedHeader(type, false, flags, false, 0), MqttMessageIdVariableHeader.from(packetId));
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
