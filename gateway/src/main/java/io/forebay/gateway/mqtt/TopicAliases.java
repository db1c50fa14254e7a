package io.forebay.gateway.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodes;

/** The topic aliases that one device has set (MQTT-3.3.2.3.4). Owned by the connection's event loop. */
final class TopicAliases {
    private final int aliasMax;
    private String[] topics;

    TopicAliases(int aliasMax) {
        this.aliasMax = aliasMax;
    }

    /** @return the topic that the packet means; throws {@link ProtocolViolation} for an alias that means none */
    String resolve(MqttPublishVariableHeader header) {
        String topic = header.topicName();
        MqttProperties.MqttProperty<?> alias = header.properties().getProperty(MqttProperties.TOPIC_ALIAS);
        if (alias != null) {
            return resolve(topic, (Integer) alias.value());
        }
        if (topic.isEmpty()) {
            throw new ProtocolViolation(
                    MqttReasonCodes.Disconnect.PROTOCOL_ERROR, "a PUBLISH has neither topic nor topic alias");
        }
        return topic;
    }

    private String resolve(String topic, int alias) {
        if (alias < 1 || alias > aliasMax) {
            throw new ProtocolViolation(
                    MqttReasonCodes.Disconnect.TOPIC_ALIAS_INVALID,
                    "topic alias " + alias + " is not within 1 to " + aliasMax);
        }
        if (topics == null) {
            topics = new String[aliasMax + 1];
        }
        if (!topic.isEmpty()) {
            topics[alias] = topic;
        } else if (topics[alias] == null) {
            throw new ProtocolViolation(
                    MqttReasonCodes.Disconnect.PROTOCOL_ERROR, "topic alias " + alias + " was never set");
        }
        return topics[alias];
    }
}
