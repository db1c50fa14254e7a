package io.forebay.gateway.config;

import io.forebay.gateway.mqtt.AccessConfig;
import io.forebay.gateway.mqtt.ProtocolConfig;

/** Reads what a connection offers, and how a device learns that it may not. */
final class MqttSettings {
    private static final int SECONDS_MAX = 65_535;
    private static final int ALIASES_MAX = 65_535;
    private static final int OUTBOUND_MAX = 1 << 30;

    private MqttSettings() {}

    static ProtocolConfig protocol(Settings settings) {
        return new ProtocolConfig(
                settings.integer("mqtt.keep-alive-max-s", 0, SECONDS_MAX),
                settings.flag("mqtt.reason-strings"),
                settings.text("mqtt.response-information"),
                settings.text("mqtt.server-reference"),
                (int) settings.size("mqtt.outbound-size-max", 4_096, OUTBOUND_MAX),
                settings.integer("mqtt.slow-reader-timeout-s", 1, SECONDS_MAX) * 1_000,
                settings.integer("mqtt.outbound-topic-alias-maximum", 0, ALIASES_MAX),
                settings.integer("mqtt.topic-levels-max", 1, ALIASES_MAX + 1),
                settings.choice("mqtt.when-log-full", ProtocolConfig.WhenLogFull.class),
                settings.flag("mqtt.control-characters"));
    }

    static AccessConfig access(Settings settings) {
        return new AccessConfig(
                settings.choice("acl.denied-publish-3-1-1", AccessConfig.DeniedPublish.class),
                settings.choice("acl.denied-subscribe", AccessConfig.DeniedSubscribe.class));
    }
}
