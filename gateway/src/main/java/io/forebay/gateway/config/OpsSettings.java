package io.forebay.gateway.config;

import io.forebay.gateway.ops.OpsConfig;
import io.forebay.gateway.ops.OpsToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Reads where operators ask, and who may. */
final class OpsSettings {
    private static final int PORT_MAX = 65_535;
    private static final int CONNECTIONS_MAX = 10_000;
    private static final int TIMEOUT_S_MAX = 3_600;

    private OpsSettings() {}

    static OpsConfig read(Settings settings) {
        Optional<OpsConfig.Certificate> certificate = certificate(settings);
        Optional<OpsToken> token = token(settings);
        String host = settings.text("ops.host");
        boolean known = token.isPresent()
                || certificate.flatMap(OpsConfig.Certificate::clientCa).isPresent();
        if (!OpsConfig.isLoopback(host) && !known) {
            settings.mistake(
                    "ops.host",
                    "lets others than this machine ask: ops.token, ops.token-file or ops.tls.client-ca has to say who");
        }
        return new OpsConfig(
                host,
                settings.integer("ops.port", 0, PORT_MAX),
                token,
                settings.flag("ops.live-open"),
                settings.texts("ops.host-names").stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .toList(),
                settings.integer("ops.connections-max", 1, CONNECTIONS_MAX),
                settings.integer("ops.request-timeout-s", 1, TIMEOUT_S_MAX) * 1_000,
                certificate);
    }

    private static Optional<OpsToken> token(Settings settings) {
        Optional<String> token = settings.optional("ops.token");
        Optional<Path> file = settings.file("ops.token-file");
        if (token.isPresent() && file.isPresent()) {
            settings.mistake("ops.token-file", "is one token too many beside ops.token");
        }
        String path = token.isPresent() ? "ops.token" : "ops.token-file";
        return token.or(() -> file.map(there -> content(settings, there))).map(text -> {
            if (text.length() < OpsToken.LENGTH_MIN) { // The token itself is never named.
                settings.mistake(path, "must have at least " + OpsToken.LENGTH_MIN + " characters");
            }
            return new OpsToken(text);
        });
    }

    private static String content(Settings settings, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            settings.mistake("ops.token-file", "names a file that cannot be read: " + file);
            return "";
        }
    }

    private static Optional<OpsConfig.Certificate> certificate(Settings settings) {
        Optional<Path> chain = settings.file("ops.tls.certificate");
        Optional<Path> key = settings.file("ops.tls.key");
        Optional<Path> clientCa = settings.file("ops.tls.client-ca");
        if (chain.isPresent() != key.isPresent()) {
            settings.mistake("ops.tls.certificate", "and ops.tls.key need each other");
        } else if (chain.isEmpty() && clientCa.isPresent()) {
            settings.mistake("ops.tls.client-ca", "does nothing without ops.tls.certificate");
        }
        return chain.isPresent() && key.isPresent()
                ? Optional.of(new OpsConfig.Certificate(chain.get(), key.get(), clientCa))
                : Optional.empty();
    }
}
