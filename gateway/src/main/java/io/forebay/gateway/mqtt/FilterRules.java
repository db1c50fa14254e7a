package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.forebay.gateway.security.TopicPattern;

/** Which topic filter may be subscribed to. Shared subscriptions are granted to devices of 3.1.1 as well. */
final class FilterRules {
    private static final String SHARE = "$share/";

    private final MqttConfig config;

    FilterRules(MqttConfig config) {
        this.config = config;
    }

    /** @return SUCCESS, or why it is refused */
    ReasonCode check(String filter) {
        String bare = filter;
        if (filter.startsWith(SHARE)) {
            int slash = filter.indexOf('/', SHARE.length());
            if (slash < 0 || !isShareName(filter.substring(SHARE.length(), slash))) {
                return ReasonCode.TOPIC_FILTER_INVALID;
            }
            bare = filter.substring(slash + 1);
        }
        if (!TopicPattern.isValid(bare) || levels(bare) > config.protocol().topicLevelsMax()) {
            return ReasonCode.TOPIC_FILTER_INVALID;
        }
        return config.access().denySubscribe().deniesFilter(bare) ? ReasonCode.NOT_AUTHORIZED : ReasonCode.SUCCESS;
    }

    /** At least one character, no wildcard (MQTT-4.8.2-1, -2). */
    private static boolean isShareName(String name) {
        return !name.isEmpty() && name.indexOf('+') < 0 && name.indexOf('#') < 0;
    }

    private static int levels(String filter) {
        int levels = 1;
        for (int i = 0; i < filter.length(); i++) {
            levels += filter.charAt(i) == '/' ? 1 : 0;
        }
        return levels;
    }
}
