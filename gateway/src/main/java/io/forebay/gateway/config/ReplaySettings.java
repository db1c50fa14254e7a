package io.forebay.gateway.config;

import io.forebay.bridge.ReplayConfig;

/** Reads {@code replay}. */
final class ReplaySettings {
    private static final int COUNT_MAX = 1_000_000;

    private ReplaySettings() {}

    static ReplayConfig read(Settings settings) {
        int unsettledMax = settings.integer("replay.unsettled-max", 1, COUNT_MAX);
        int messages = settings.integer("replay.read-ahead-messages", unsettledMax, COUNT_MAX);
        return new ReplayConfig(
                settings.integer("replay.rate", 1, COUNT_MAX),
                settings.integer("replay.running-max", 1, 100),
                unsettledMax,
                messages,
                settings.size("replay.read-ahead-size", messages, Long.MAX_VALUE));
    }
}
