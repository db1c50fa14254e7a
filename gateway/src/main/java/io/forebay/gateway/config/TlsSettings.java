package io.forebay.gateway.config;

import io.forebay.gateway.tls.ClientIdRule;
import io.forebay.gateway.tls.IdentitySource;
import io.forebay.gateway.tls.ListenerTls;
import io.forebay.gateway.tls.ListenerTls.ClientCertificates;
import io.forebay.gateway.tls.ListenerTls.KeyPairFiles;
import io.forebay.gateway.tls.OcspConfig;
import io.forebay.gateway.tls.TlsConfig;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the TLS of listeners: mqtt.tls, and what an entry of mqtt.listeners says of its own. */
final class TlsSettings {
    /** What an entry of mqtt.listeners may say. */
    static final List<String> LISTENER_KEYS = List.of(
            "certificate",
            "key",
            "certificates[].certificate",
            "certificates[].key",
            "client-ca",
            "client-certificate",
            "crl",
            "identity",
            "client-id",
            "cut-revoked");

    private static final String PATH = "mqtt.tls.";
    private static final int SECONDS_MAX = 30 * 86_400;
    private static final int SECONDS_A_WEEK = 7 * 86_400;
    private static final int DAYS_MAX = 3_650;
    private static final int CACHE_MAX = 10_000_000;

    private final Settings settings;
    private final TlsConfig common;

    TlsSettings(Settings settings) {
        this.settings = settings;
        this.common = new TlsConfig(
                settings.choice(PATH + "engine", TlsConfig.Engine.class),
                chosen("versions", List.of(TlsConfig.TLS_1_3, TlsConfig.TLS_1_2)),
                chosen("ciphers", TlsConfig.SOUND_CIPHERS),
                new TlsConfig.Sessions(
                        settings.integer(PATH + "session-lifetime-s", 60, SECONDS_A_WEEK),
                        settings.integer(PATH + "session-cache-max", 1, CACHE_MAX),
                        settings.integer(PATH + "ticket-rotation-s", 60, SECONDS_A_WEEK)),
                settings.integer(PATH + "reload-s", 1, SECONDS_MAX),
                settings.integer(PATH + "expiry-warning-days", 0, DAYS_MAX),
                settings.size(PATH + "file-size-max", 1 << 10, 1 << 30),
                ocsp());
    }

    private OcspConfig ocsp() {
        String path = PATH + "ocsp.";
        Optional<URI> responder = Optional.empty();
        try {
            responder = settings.optional(path + "responder").map(URI::create);
        } catch (IllegalArgumentException wrong) {
            settings.mistake(path + "responder", "is no URL: " + wrong.getMessage());
        }
        if (responder.isPresent()
                && !List.of("http", "https")
                        .contains(String.valueOf(responder.get().getScheme()))) {
            settings.mistake(path + "responder", "must begin with http:// or https://");
        }
        return new OcspConfig(
                settings.choice(path + "devices", OcspConfig.Devices.class),
                settings.flag(path + "staple"),
                responder,
                settings.integer(path + "timeout-ms", 10, 60_000),
                settings.integer(path + "pause-ms", 0, 3_600_000),
                settings.integer(path + "cache-s", 1, SECONDS_A_WEEK),
                settings.integer(path + "cache-max", 1, CACHE_MAX),
                settings.integer(path + "at-once-max", 1, 1_000),
                settings.integer(path + "waiting-max", 1, CACHE_MAX));
    }

    private List<String> chosen(String key, List<String> possible) {
        List<String> chosen = settings.texts(PATH + key);
        for (String each : chosen) {
            if (!possible.contains(each)) {
                settings.mistake(PATH + key, "has '" + each + "', and may have " + String.join(", ", possible));
            }
        }
        if (chosen.isEmpty()) {
            settings.mistake(PATH + key, "is empty; it may have " + String.join(", ", possible));
        }
        return chosen;
    }

    TlsConfig common() {
        return common;
    }

    /** The TLS of mqtt.tls, empty without a certificate. */
    Optional<ListenerTls> usual(String name) {
        Source source = new Source(Map.of(), false, what -> {});
        Optional<Path> chain = settings.file(PATH + "certificate");
        Optional<Path> key = settings.file(PATH + "key");
        if (chain.isPresent() && key.isEmpty()) {
            settings.mistake(PATH + "key", "is needed beside mqtt.tls.certificate");
        }
        if (chain.isEmpty() && settings.optional(PATH + "client-ca").isPresent()) {
            settings.mistake(PATH + "client-ca", "does nothing without mqtt.tls.certificate");
        }
        List<KeyPairFiles> further = new ArrayList<>();
        for (Map<String, String> entry :
                settings.entries(PATH + "certificates", List.of("certificate", "key"), List.of())) {
            further.add(new KeyPairFiles(Path.of(entry.get("certificate")), Path.of(entry.get("key"))));
        }
        checkReadable(further, what -> settings.mistake(PATH + "certificates", what));
        Optional<Path> ca = settings.file(PATH + "client-ca");
        Optional<ClientCertificates> clients = source.clients(ca);
        return chain.isPresent() && key.isPresent()
                ? Optional.of(of(name, new KeyPairFiles(chain.get(), key.get()), further, clients))
                : Optional.empty();
    }

    /**
     * The TLS of an entry of mqtt.listeners, empty without a certificate.
     *
     * @param mistake told of each
     */
    Optional<ListenerTls> listed(Map<String, String> entry, Consumer<String> mistake) {
        Source source = new Source(entry, true, mistake);
        Optional<Path> chain = source.file("certificate");
        Optional<Path> key = source.file("key");
        Optional<Path> ca = source.file("client-ca");
        if (chain.isPresent() != key.isPresent()) {
            mistake.accept("certificate and key need each other");
        } else if (chain.isEmpty() && ca.isPresent()) {
            mistake.accept("client-ca does nothing without a certificate");
        }
        List<KeyPairFiles> further = new ArrayList<>();
        for (int i = 0; entry.containsKey("certificates[" + i + "].certificate"); i++) {
            String path = "certificates[" + i + "].";
            further.add(new KeyPairFiles(
                    Path.of(entry.get(path + "certificate")), Path.of(entry.getOrDefault(path + "key", ""))));
        }
        checkReadable(further, mistake);
        Optional<ClientCertificates> clients = source.clients(ca);
        return chain.isPresent() && key.isPresent()
                ? Optional.of(of(entry.get("name"), new KeyPairFiles(chain.get(), key.get()), further, clients))
                : Optional.empty();
    }

    private ListenerTls of(
            String name, KeyPairFiles first, List<KeyPairFiles> further, Optional<ClientCertificates> clients) {
        List<KeyPairFiles> all = new ArrayList<>(List.of(first));
        all.addAll(further);
        return new ListenerTls(name, all, clients, common);
    }

    private static void checkReadable(List<KeyPairFiles> pairs, Consumer<String> mistake) {
        for (KeyPairFiles pair : pairs) {
            for (Path file : List.of(pair.chain(), pair.key())) {
                if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                    mistake.accept("names a file in certificates that cannot be read: " + file);
                }
            }
        }
    }

    /** The keys of one listener; what an entry leaves out is as in mqtt.tls, but for files. */
    private final class Source {
        private final Map<String, String> entry;
        private final boolean isListed;
        private final Consumer<String> mistake;

        Source(Map<String, String> entry, boolean isListed, Consumer<String> mistake) {
            this.entry = entry;
            this.isListed = isListed;
            this.mistake = mistake;
        }

        private void mistake(String key, String what) {
            if (entry.containsKey(key)) {
                mistake.accept(key + " " + what);
            } else {
                settings.mistake(PATH + key, what);
            }
        }

        private String text(String key) {
            return entry.getOrDefault(key, settings.text(PATH + key));
        }

        Optional<ClientCertificates> clients(Optional<Path> ca) {
            List<Path> crls = crls();
            IdentitySource identity = identity();
            ClientIdRule rule = rule(identity);
            boolean required = oneOf("client-certificate", "required", "requested");
            boolean cut = oneOf("cut-revoked", "true", "false");
            if (ca.isEmpty() && !crls.isEmpty()) {
                mistake("crl", "does nothing without client-ca");
            }
            return ca.map(file -> new ClientCertificates(file, crls, required, identity, rule, cut));
        }

        private boolean oneOf(String key, String yes, String no) {
            String text = text(key);
            if (!text.equals(yes) && !text.equals(no)) {
                mistake(key, "must be " + yes + " or " + no + ", not '" + text + "'");
            }
            return text.equals(yes);
        }

        private IdentitySource identity() {
            for (IdentitySource source : IdentitySource.values()) {
                if (written(source).equals(text("identity"))) {
                    return source;
                }
            }
            List<String> all = new ArrayList<>();
            for (IdentitySource source : IdentitySource.values()) {
                all.add(written(source));
            }
            mistake("identity", "must be " + String.join(" or ", all) + ", not '" + text("identity") + "'");
            return IdentitySource.CN;
        }

        private String written(IdentitySource source) {
            return source.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private ClientIdRule rule(IdentitySource identity) {
            try {
                ClientIdRule rule = ClientIdRule.parse(text("client-id"));
                if (!rule.isAny() && identity == IdentitySource.NONE) {
                    mistake("client-id", "cannot be bound to an identity while identity is none");
                }
                return rule;
            } catch (IllegalArgumentException wrong) {
                mistake("client-id", wrong.getMessage());
                return ClientIdRule.ANY;
            }
        }

        private List<Path> crls() {
            List<Path> files = new ArrayList<>();
            String text = isListed ? entry.getOrDefault("crl", "") : settings.text(PATH + "crl");
            for (String each : text.isEmpty() ? new String[0] : text.split(",", -1)) {
                readable("crl", each.trim()).ifPresent(files::add);
            }
            return files;
        }

        Optional<Path> file(String key) {
            String text = entry.getOrDefault(key, "");
            return text.isEmpty() ? Optional.empty() : readable(key, text);
        }

        private Optional<Path> readable(String key, String text) {
            Path file = Path.of(text);
            if (!Files.isReadable(file)) {
                mistake(key, "names a file that cannot be read: " + file);
            }
            return Optional.of(file);
        }
    }
}
