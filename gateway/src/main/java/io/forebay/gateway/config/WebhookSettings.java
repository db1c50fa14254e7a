package io.forebay.gateway.config;

import io.forebay.gateway.config.AuthenticationConfig.Webhook;
import io.forebay.gateway.security.HttpCaller;
import java.util.Optional;

/** Reads who is asked by HTTP: the section authentication.webhook. */
final class WebhookSettings {
    private static final String SECTION = "authentication.webhook.";
    private static final int COUNT_MAX = 10_000_000;
    private static final int SECONDS_MAX = 86_400;
    private static final int CONNECTIONS_MAX = 1_000;
    private static final int TIMEOUT_MS_MAX = 60_000;
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private WebhookSettings() {}

    static Optional<Webhook> read(Settings settings, boolean inChain) {
        Optional<String> url = JwtSettings.url(settings, SECTION + "url");
        if (inChain != settings.optional(SECTION + "url").isPresent()) {
            settings.mistake(SECTION + "url", "and webhook in authentication.chain need each other");
        }
        Webhook webhook = new Webhook(
                url.orElse(""),
                http(settings, SECTION),
                settings.integer(SECTION + "cache-max", 0, COUNT_MAX),
                settings.integer(SECTION + "cache-s-max", 0, SECONDS_MAX));
        return inChain ? Optional.of(webhook) : Optional.empty();
    }

    /** The keys that every webhook has. */
    static HttpCaller.Limits http(Settings settings, String section) {
        return new HttpCaller.Limits(
                settings.file(section + "ca"),
                settings.integer(section + "connections-max", 1, CONNECTIONS_MAX),
                settings.integer(section + "waiting-max", 0, COUNT_MAX),
                settings.integer(section + "timeout-ms", 1, TIMEOUT_MS_MAX),
                ANSWER_BYTES_MAX);
    }
}
