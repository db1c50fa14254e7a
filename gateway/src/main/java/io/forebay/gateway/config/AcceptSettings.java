package io.forebay.gateway.config;

import io.forebay.gateway.mqtt.QuotaConfig;
import io.forebay.gateway.mqtt.accept.AcceptLimits;

/** Reads who is let in and when, and how much each may take: mqtt.accept, mqtt.quotas. */
final class AcceptSettings {
    private static final int COUNT_MAX = 100_000_000;
    private static final int TURN_MS_MAX = 60_000;
    private static final int WAIT_S_MAX = 3_600;
    private static final int CONNECT_BYTES_MIN = 128;
    private static final int LOG_BYTES_MIN = 1_024;
    private static final int COUNT_OF_BYTES_MAX = Integer.MAX_VALUE;
    private static final int TIMEOUT_S_MAX = 86_400;

    private AcceptSettings() {}

    static AcceptLimits read(Settings settings) {
        return new AcceptLimits(
                settings.integer("mqtt.accept.handshakes-max", 1, COUNT_MAX),
                settings.integer("mqtt.accept.handshake-turn-ms", 1, TURN_MS_MAX),
                settings.integer("mqtt.accept.waiting-max", 0, COUNT_MAX),
                settings.integer("mqtt.accept.wait-max-s", 1, WAIT_S_MAX) * 1_000,
                settings.integer("mqtt.accept.connections-per-address-max", 0, COUNT_MAX),
                settings.integer("mqtt.accept.rate-max", 0, COUNT_MAX),
                settings.integer("mqtt.accept.rate-per-address-max", 0, COUNT_MAX),
                settings.integer("mqtt.accept.addresses-max", 1, COUNT_MAX));
    }

    /** @param packetBytesMax more than that is no limit */
    static QuotaConfig quotas(Settings settings, int packetBytesMax) {
        int connectBytesMax =
                (int) settings.size("mqtt.quotas.connect-bytes-max", CONNECT_BYTES_MIN, COUNT_OF_BYTES_MAX);
        return new QuotaConfig(
                Math.min(connectBytesMax, packetBytesMax),
                settings.integer("mqtt.quotas.connections-per-user-max", 0, COUNT_MAX),
                settings.integer("mqtt.quotas.publish-rate-max", 0, COUNT_MAX),
                settings.size("mqtt.quotas.publish-bytes-rate-max", 0, COUNT_OF_BYTES_MAX),
                settings.size("mqtt.quotas.log-queue-size-max", LOG_BYTES_MIN, COUNT_OF_BYTES_MAX),
                settings.integer("mqtt.quotas.publish-rate-timeout-s", 0, TIMEOUT_S_MAX) * 1_000);
    }
}
