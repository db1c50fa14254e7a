package io.forebay.gateway.config;

import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.Backoff;
import io.forebay.bridge.BridgeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads where AMQP brokers are: the one of {@code amqp}, and the list {@code amqp.targets}. */
final class TargetSettings {
    private static final String PATH = "amqp.targets";
    private static final int PORT_MAX = 65_535;
    private static final int MS_MAX = Integer.MAX_VALUE;
    private static final Pattern ENDPOINT = Pattern.compile("(\\S+):(\\d{1,5})");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final List<String> OPTIONAL =
            List.of("username", "password", "sasl", "tls", "tls-ca", "tls-crl", "tls-certificate", "tls-key");

    private final Settings settings;
    private final Backoff reconnect;

    TargetSettings(Settings settings) {
        this.settings = settings;
        int reconnectMinMs = settings.integer("amqp.reconnect-min-ms", 1, MS_MAX);
        reconnect = new Backoff(reconnectMinMs, settings.integer("amqp.reconnect-max-ms", reconnectMinMs, MS_MAX));
    }

    /** Without a host it is the embedded broker that the bridge connects to. */
    AmqpConfig usual() {
        String section = settings.text("amqp.host").isEmpty() ? "broker" : "amqp";
        AmqpConfig usual =
                AmqpConfig.of(settings.text(section + ".host"), settings.integer(section + ".port", 1, PORT_MAX));
        Optional<AmqpConfig.Credentials> credentials = settings.optional("amqp.username")
                .map(user -> new AmqpConfig.Credentials(user, settings.text("amqp.password")));
        List<AmqpConfig.Endpoint> alternates = new ArrayList<>();
        try {
            alternates.addAll(endpoints(settings.text("amqp.alternates")));
        } catch (IllegalArgumentException wrong) {
            settings.mistake("amqp.alternates", wrong.getMessage());
        }
        Optional<AmqpConfig.Tls> tls = settings.flag("amqp.tls") ? Optional.of(usualTls()) : Optional.empty();
        AmqpConfig.Sasl sasl = settings.choice("amqp.sasl", AmqpConfig.Sasl.class);
        try {
            return with(usual, credentials, sasl, tls, alternates);
        } catch (IllegalArgumentException wrong) {
            settings.mistake("amqp.sasl", wrong.getMessage());
            return usual;
        }
    }

    private AmqpConfig.Tls usualTls() {
        Optional<Path> certificate = settings.file("amqp.tls-certificate");
        Optional<Path> key = settings.file("amqp.tls-key");
        if (certificate.isPresent() != key.isPresent()) {
            settings.mistake("amqp.tls-key", "and amqp.tls-certificate are needed together");
        }
        return tls(settings.file("amqp.tls-ca"), settings.file("amqp.tls-crl"), certificate, key);
    }

    private AmqpConfig with(
            AmqpConfig usual,
            Optional<AmqpConfig.Credentials> credentials,
            AmqpConfig.Sasl sasl,
            Optional<AmqpConfig.Tls> tls,
            List<AmqpConfig.Endpoint> alternates) {
        return usual.toBuilder()
                .credentials(credentials)
                .sasl(sasl)
                .tls(tls)
                .reconnect(reconnect)
                .alternates(alternates)
                .build();
    }

    private static AmqpConfig.Tls tls(
            Optional<Path> ca, Optional<Path> crl, Optional<Path> certificate, Optional<Path> key) {
        return new AmqpConfig.Tls(
                ca, crl, certificate.flatMap(own -> key.map(secret -> new AmqpConfig.ClientCertificate(own, secret))));
    }

    private static List<AmqpConfig.Endpoint> endpoints(String text) {
        List<AmqpConfig.Endpoint> endpoints = new ArrayList<>();
        for (String each : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            Matcher parts = ENDPOINT.matcher(each.trim());
            if (!parts.matches()) {
                throw new IllegalArgumentException("needs host:port, host:port, ...");
            }
            endpoints.add(new AmqpConfig.Endpoint(parts.group(1), Integer.parseInt(parts.group(2))));
        }
        return endpoints;
    }

    /** Those of the list, by their names. */
    Map<String, AmqpConfig> named() {
        Map<String, AmqpConfig> targets = new LinkedHashMap<>();
        for (Map<String, String> entry : settings.entries(PATH, List.of("name", "hosts"), OPTIONAL)) {
            String name = entry.get("name");
            try {
                if (!NAME.matcher(name).matches() || name.equals(BridgeConfig.DEFAULT_TARGET)) {
                    throw new IllegalArgumentException("a name has letters, digits, - and _, and is not "
                            + BridgeConfig.DEFAULT_TARGET + ", the one that is there already");
                }
                if (targets.put(name, target(entry)) != null) {
                    throw new IllegalArgumentException("there are two of this name");
                }
            } catch (IllegalArgumentException wrong) {
                settings.mistake(PATH, entry, "'" + name + "': " + wrong.getMessage());
            }
        }
        return targets;
    }

    private AmqpConfig target(Map<String, String> entry) {
        List<AmqpConfig.Endpoint> endpoints = endpoints(entry.get("hosts"));
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("hosts must not be empty");
        }
        String tls = entry.getOrDefault("tls", "false");
        if (!tls.equals("true") && !tls.equals("false")) {
            throw new IllegalArgumentException("tls must be true or false, not '" + tls + "'");
        }
        Optional<Path> certificate = file(entry, "tls-certificate");
        Optional<Path> key = file(entry, "tls-key");
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("tls-certificate and tls-key are needed together");
        }
        AmqpConfig.Endpoint first = endpoints.get(0);
        return with(
                AmqpConfig.of(first.host(), first.port()),
                Optional.ofNullable(entry.get("username"))
                        .map(user -> new AmqpConfig.Credentials(user, entry.getOrDefault("password", ""))),
                sasl(entry.getOrDefault("sasl", "auto")),
                tls.equals("true")
                        ? Optional.of(tls(file(entry, "tls-ca"), file(entry, "tls-crl"), certificate, key))
                        : Optional.empty(),
                endpoints.subList(1, endpoints.size()));
    }

    private static AmqpConfig.Sasl sasl(String text) {
        try {
            return AmqpConfig.Sasl.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException("sasl cannot be '" + text + "', see amqp.sasl", unknown);
        }
    }

    private static Optional<Path> file(Map<String, String> entry, String key) {
        Optional<Path> file = Optional.ofNullable(entry.get(key))
                .filter(text -> !text.isEmpty())
                .map(Path::of);
        if (file.isPresent() && !Files.isReadable(file.get())) {
            throw new IllegalArgumentException(key + " names a file that cannot be read: " + file.get());
        }
        return file;
    }
}
