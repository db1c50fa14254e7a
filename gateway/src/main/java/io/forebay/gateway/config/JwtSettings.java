package io.forebay.gateway.config;

import io.forebay.gateway.config.AuthenticationConfig.Jwt;
import io.forebay.gateway.security.HttpCaller;
import io.forebay.gateway.security.JwtRules;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Reads how tokens are checked: the section authentication.jwt. */
final class JwtSettings {
    private static final String SECTION = "authentication.jwt.";
    private static final int SECONDS_MAX = 86_400;
    private static final int TIMEOUT_MS_MAX = 60_000;
    private static final int KEYS_BYTES_MAX = 1 << 20;

    private JwtSettings() {}

    static Optional<Jwt> read(Settings settings, boolean inChain) {
        Field field = settings.choice(SECTION + "field", Field.class);
        Jwt jwt = new Jwt(
                new JwtRules(
                        field == Field.USERNAME,
                        settings.text(SECTION + "issuer"),
                        settings.text(SECTION + "audience"),
                        settings.text(SECTION + "user-claim"),
                        settings.text(SECTION + "groups-claim"),
                        settings.integer(SECTION + "leeway-s", 0, SECONDS_MAX) * 1_000L),
                settings.file(SECTION + "keys-file"),
                url(settings, SECTION + "keys-url"),
                new HttpCaller.Limits(
                        settings.file(SECTION + "keys-ca"),
                        1,
                        1,
                        settings.integer(SECTION + "timeout-ms", 1, TIMEOUT_MS_MAX),
                        KEYS_BYTES_MAX),
                settings.integer(SECTION + "keys-refresh-s", 1, SECONDS_MAX) * 1_000L,
                settings.integer(SECTION + "keys-pause-s", 1, SECONDS_MAX) * 1_000L);
        if (inChain && jwt.keysFile().isPresent() == jwt.keysUrl().isPresent()) {
            settings.mistake(SECTION + "keys-file", "or keys-url is needed, and not both, since the chain has jwt");
        }
        if (!inChain && (jwt.keysFile().isPresent() || jwt.keysUrl().isPresent())) {
            settings.mistake(SECTION + "keys-file", "and keys-url do nothing, since authentication.chain has no jwt");
        }
        return inChain ? Optional.of(jwt) : Optional.empty();
    }

    /** Where a device shows its token. */
    private enum Field {
        PASSWORD,
        USERNAME
    }

    /** An address of HTTP. */
    static Optional<String> url(Settings settings, String path) {
        Optional<String> text = settings.optional(path);
        if (text.isPresent() && !isHttp(text.get())) {
            settings.mistake(path, "must be an address that begins with http:// or https://");
            return Optional.empty();
        }
        return text;
    }

    private static boolean isHttp(String text) {
        try {
            URI uri = new URI(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return http && uri.getHost() != null && uri.getUserInfo() == null;
        } catch (URISyntaxException wrong) {
            return false;
        }
    }
}
