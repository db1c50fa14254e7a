package io.forebay.gateway.config;

import io.forebay.gateway.session.SessionConfig;

/** Reads the limits of sessions. */
final class SessionSettings {
    private static final int COUNT_MAX = 100_000_000;
    private static final int SECONDS_MAX = Integer.MAX_VALUE;
    private static final int PACKET_IDS = 65_535;

    private SessionSettings() {}

    static SessionConfig read(Settings settings) {
        int inflight = settings.integer("sessions.inflight-max", 1, PACKET_IDS);
        return new SessionConfig(
                settings.integer("mqtt.sessions-max", 1, COUNT_MAX),
                settings.integer("mqtt.quotas.sessions-per-user-max", 0, COUNT_MAX),
                settings.integer("sessions.subscriptions-per-session-max", 1, COUNT_MAX),
                settings.integer("sessions.subscriptions-max", 1, COUNT_MAX),
                settings.integer("sessions.queue-messages-max", 1, COUNT_MAX),
                settings.size("sessions.queue-size-max", 1_024, Long.MAX_VALUE),
                settings.integer("sessions.queue-age-max-s", 1, SECONDS_MAX),
                settings.choice("sessions.queue-full", SessionConfig.QueueFull.class),
                inflight,
                settings.integer("sessions.shared-inflight-max", 1, inflight),
                settings.integer("sessions.retained-max", 0, COUNT_MAX),
                settings.size("sessions.retained-size-max", 0, Long.MAX_VALUE),
                settings.integer("sessions.will-grace-s", 0, SECONDS_MAX),
                settings.size("sessions.memory-size-max", 1 << 20, Long.MAX_VALUE));
    }
}
