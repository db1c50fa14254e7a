package io.forebay.gateway.config;

import io.forebay.gateway.config.AuthenticationConfig.PasswordFile;
import io.forebay.gateway.config.AuthenticationConfig.Way;
import io.forebay.gateway.tls.ListenerTls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads how devices prove who they are: the section authentication. */
final class AuthenticationSettings {
    private static final String CHAIN = "authentication.chain";
    private static final int COUNT_MAX = 10_000_000;
    private static final int SECONDS_MAX = 86_400;
    private static final int THREADS_MAX = 64;

    private AuthenticationSettings() {}

    static AuthenticationConfig read(Settings settings, List<ListenerTls> listeners) {
        List<Way> chain = chain(settings);
        if (chain.contains(Way.CERTIFICATE)
                && listeners.stream().noneMatch(listener -> listener.clients().isPresent())) {
            settings.mistake(CHAIN, "has certificate, and no listener asks devices for one (mqtt.tls.client-ca)");
        }
        return new AuthenticationConfig(
                chain,
                new AuthenticationConfig.Checks(
                        settings.integer("authentication.check-threads", 1, THREADS_MAX),
                        settings.integer("authentication.check-queue-max", 1, COUNT_MAX),
                        settings.integer("authentication.check-wait-max-s", 1, SECONDS_MAX) * 1_000L),
                needed(settings, "authentication.scram.file", chain.contains(Way.SCRAM)),
                passwordFile(settings, chain.contains(Way.PASSWORD_FILE)),
                JwtSettings.read(settings, chain.contains(Way.JWT)),
                WebhookSettings.read(settings, chain.contains(Way.WEBHOOK)),
                settings.integer("authentication.reload-s", 1, SECONDS_MAX) * 1_000L,
                settings.size("authentication.file-size-max", 1 << 10, 1 << 30));
    }

    private static List<Way> chain(Settings settings) {
        List<Way> chain = new ArrayList<>();
        for (String text : settings.texts(CHAIN)) {
            Optional<Way> way = Arrays.stream(Way.values())
                    .filter(known -> written(known).equals(text))
                    .findAny();
            way.ifPresent(chain::add);
            if (way.isEmpty()) {
                String all = Arrays.stream(Way.values())
                        .map(AuthenticationSettings::written)
                        .collect(Collectors.joining(", "));
                settings.mistake(CHAIN, "has '" + text + "', which is none of " + all);
            }
        }
        if (settings.texts(CHAIN).isEmpty()) {
            settings.mistake(CHAIN, "is empty: nobody could connect; anonymous lets everybody in");
        }
        if (new HashSet<>(chain).size() < chain.size()) {
            settings.mistake(CHAIN, "names something twice");
        }
        if (chain.contains(Way.ANONYMOUS) && chain.indexOf(Way.ANONYMOUS) < chain.size() - 1) {
            settings.mistake(CHAIN, "has something behind anonymous, which can only be the last");
        }
        return List.copyOf(chain);
    }

    private static String written(Way way) {
        return way.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A file that is of use only if the chain asks for it, and then has to be there. */
    private static Optional<Path> needed(Settings settings, String path, boolean inChain) {
        if (inChain && settings.optional(path).isEmpty()) {
            settings.mistake(path, "is needed, since " + CHAIN + " has it");
        } else if (!inChain && settings.optional(path).isPresent()) {
            settings.mistake(path, "does nothing, since " + CHAIN + " has it not");
        }
        return settings.file(path);
    }

    private static PasswordFile passwordFile(Settings settings, boolean inChain) {
        String section = "authentication.password-file.";
        return new PasswordFile(
                needed(settings, section + "file", inChain),
                settings.integer(section + "cache-users-max", 0, COUNT_MAX),
                settings.integer(section + "cache-s", 0, SECONDS_MAX));
    }
}
