package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.Property;
import io.forebay.gateway.mqtt.codec.ReasonCode;

/** The topic aliases that one device has set (MQTT-3.3.2.3.4). Owned by the connection's event loop. */
final class TopicAliases {
    private final int aliasMax;
    private final Violations violations;
    private String[] topics;

    TopicAliases(int aliasMax, Violations violations) {
        this.aliasMax = aliasMax;
        this.violations = violations;
    }

    /** @return the topic that the packet means; throws {@link ProtocolViolation} for an alias that means none */
    String resolve(Packet.Publish packet) {
        String topic = packet.topic();
        int alias =
                packet.properties().isEmpty() ? 0 : (int) packet.properties().number(Property.TOPIC_ALIAS, 0);
        if (alias != 0) {
            return resolve(topic, alias);
        }
        if (topic.isEmpty()) {
            throw new ProtocolViolation(
                    ReasonCode.PROTOCOL_ERROR, "a PUBLISH has neither topic nor topic alias"); // MQTT-3.3.2-8
        }
        return topic;
    }

    private String resolve(String topic, int alias) {
        if (alias > aliasMax) {
            String sentence = "topic alias " + alias + " is not within 1 to " + aliasMax; // MQTT-3.3.2-9
            if (topic.isEmpty()) {
                throw new ProtocolViolation(ReasonCode.TOPIC_ALIAS_INVALID, sentence);
            }
            violations.bear(Violations.Kind.TOPIC_ALIAS_MAXIMUM, ReasonCode.TOPIC_ALIAS_INVALID, sentence);
            return topic;
        }
        if (topics == null) {
            topics = new String[aliasMax + 1];
        }
        if (!topic.isEmpty()) {
            topics[alias] = topic; // Also in place of an earlier one (MQTT-3.3.2-12).
        } else if (topics[alias] == null) {
            throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, "topic alias " + alias + " was never set");
        }
        return topics[alias];
    }
}
