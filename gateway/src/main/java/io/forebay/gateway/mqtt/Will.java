package io.forebay.gateway.mqtt;

import io.forebay.storage.Message;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;

/** What a device wants published when its connection is lost (MQTT-3.1.2.5). */
record Will(String topic, int qos, boolean retain, byte[] properties, byte[] payload) {
    /** Throws {@link ConnectRefused}. */
    static Will read(MqttConnectMessage packet) {
        String topic = packet.payload().willTopic();
        if (topic.isEmpty() || topic.contains("#") || topic.contains("+")) {
            throw new ConnectRefused(
                    MqttConnectReturnCode.CONNECTION_REFUSED_TOPIC_NAME_INVALID,
                    "the will topic is empty or has a wildcard");
        }
        return new Will(
                topic,
                packet.variableHeader().willQos(),
                packet.variableHeader().isWillRetain(),
                PublishProperties.encode(packet.payload().willProperties()),
                packet.payload().willMessageInBytes());
    }

    /** The will has no packet id: there is no handshake with its publisher. */
    Message toMessage(String clientId, int protocolLevel) {
        return new Message(
                System.currentTimeMillis(), clientId, topic, qos, retain, false, protocolLevel, 0, properties, payload);
    }
}
