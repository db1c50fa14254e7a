package io.forebay.gateway.config;

import io.forebay.gateway.config.AuthorisationConfig.Webhook;
import io.forebay.gateway.security.AskedAccess;
import java.util.Optional;

/** Reads what devices may do: the section acl. */
final class AuthorisationSettings {
    private static final String WEBHOOK = "acl.webhook.";
    private static final int TOPICS_MAX = 1_000_000;
    private static final int COUNT_MAX = 100_000_000;
    private static final int SECONDS_MAX = 86_400;

    private AuthorisationSettings() {}

    static AuthorisationConfig read(Settings settings) {
        Optional<Webhook> webhook = webhook(settings);
        if (webhook.isPresent() && settings.optional("acl.file").isPresent()) {
            settings.mistake(
                    WEBHOOK + "url", "and acl.file are two who decide the same, so only one of them may be given");
        }
        return new AuthorisationConfig(
                settings.file("acl.file"), settings.integer("acl.remembered-topics-max", 1, TOPICS_MAX), webhook);
    }

    private static Optional<Webhook> webhook(Settings settings) {
        Webhook webhook = new Webhook(
                JwtSettings.url(settings, WEBHOOK + "url").orElse(""),
                WebhookSettings.http(settings, WEBHOOK),
                new AskedAccess.Limits(
                        settings.integer(WEBHOOK + "cache-max", 0, COUNT_MAX),
                        settings.integer(WEBHOOK + "cache-s-max", 0, SECONDS_MAX),
                        settings.integer(WEBHOOK + "review-s", 1, SECONDS_MAX) * 1_000L,
                        settings.integer(WEBHOOK + "wait-max-s", 1, SECONDS_MAX) * 1_000L));
        return webhook.url().isEmpty() ? Optional.empty() : Optional.of(webhook);
    }
}
