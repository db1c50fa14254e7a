package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Properties;
import io.forebay.gateway.mqtt.codec.Property;
import io.forebay.gateway.mqtt.codec.Utf8;

/** What is asked of every application message, a will among them. */
final class PublishChecks {
    private static final String OUR_TOPICS = "$forebay/";
    private static final String REPLY_TOPICS = "$forebay/reply/";

    private PublishChecks() {}

    /** A topic name without wildcards, with not too many levels (MQTT-3.3.2-2, MQTT-4.7.3-1). */
    static boolean isTopic(String topic, int levelsMax) {
        int levels = 1;
        for (int i = 0; i < topic.length(); i++) {
            char c = topic.charAt(i);
            if (c == '#' || c == '+') {
                return false;
            }
            levels += c == '/' ? 1 : 0;
        }
        return !topic.isEmpty() && levels <= levelsMax;
    }

    /** Topics that the gateway itself publishes on; a device may only answer on its reply topics. */
    static boolean isOurs(String topic) {
        return topic.startsWith(OUR_TOPICS) && !topic.startsWith(REPLY_TOPICS);
    }

    /** Whether a payload that says to be UTF-8 is (MQTT 5 section 3.3.2.3.2). */
    static boolean isPayloadAsSaid(Properties properties, byte[] payload) {
        return properties.isEmpty()
                || properties.number(Property.PAYLOAD_FORMAT_INDICATOR, 0) == 0
                || Utf8.isValid(payload);
    }
}
