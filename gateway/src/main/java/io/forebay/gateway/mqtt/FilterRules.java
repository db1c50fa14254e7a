package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.forebay.gateway.security.AccessFilter;
import io.forebay.gateway.security.TopicPattern;

/**
 * Which topic filter is one. Shared subscriptions are granted to devices of 3.1.1 as well. Owned by the
 * connection's event loop.
 */
final class FilterRules {
    private static final String SHARE = "$share/";

    private final MqttConfig config;
    private final Violations violations;
    private final boolean v5;

    FilterRules(MqttConfig config, Violations violations, boolean v5) {
        this.config = config;
        this.violations = violations;
        this.v5 = v5;
    }

    /**
     * Throws {@link ProtocolViolation}, since what begins as a shared subscription has to be one.
     *
     * @return SUCCESS, or why it is refused
     */
    ReasonCode check(String filter) {
        String bare = filter;
        if (AccessFilter.isShared(filter)) {
            int slash = filter.indexOf('/', SHARE.length());
            String name = slash < 0 ? "" : filter.substring(SHARE.length(), slash);
            if (!isShareName(name) || slash == filter.length() - 1) {
                return badShare(name);
            }
            bare = filter.substring(slash + 1);
        }
        if (!TopicPattern.isValid(bare) || levels(bare) > config.protocol().topicLevelsMax()) {
            return ReasonCode.TOPIC_FILTER_INVALID;
        }
        return ReasonCode.SUCCESS;
    }

    /** What it is told of a filter that it may not subscribe to. */
    ReasonCode denied() {
        return switch (config.access().deniedSubscribe()) {
            case UNSPECIFIED_ERROR -> ReasonCode.UNSPECIFIED_ERROR;
            case NOT_AUTHORIZED -> ReasonCode.NOT_AUTHORIZED;
        };
    }

    /** A # cannot stand there in any filter, so the packet is malformed; the rest breaks the rules of shares only. */
    private ReasonCode badShare(String name) {
        if (v5) {
            violations.bear(
                    Violations.Kind.SHARE_NAME,
                    name.indexOf('#') >= 0 ? ReasonCode.MALFORMED_PACKET : ReasonCode.PROTOCOL_ERROR,
                    "a shared subscription needs a name without wildcards and a filter");
        }
        return ReasonCode.TOPIC_FILTER_INVALID;
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
