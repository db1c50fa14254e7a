package io.forebay.gateway.config;

import io.forebay.gateway.mqtt.MqttConfig;
import io.forebay.gateway.mqtt.MqttConfig.Certificate;
import io.forebay.gateway.mqtt.MqttConfig.Listener;
import io.forebay.gateway.mqtt.MqttConfig.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads where devices connect: mqtt.host and mqtt.port, mqtt.tls, and the list mqtt.listeners. */
final class ListenerSettings {
    private static final String PATH = "mqtt.listeners";
    private static final int PORT_MAX = 65_535;
    private static final int CONNECT_TIMEOUT_S_MAX = 3_600;

    private final Settings settings;
    private final int connectionsMax;
    private final int packetBytesMax;
    private final int connectTimeoutS;

    private ListenerSettings(Settings settings, int connectionsMax, int packetBytesMax) {
        this.settings = settings;
        this.connectionsMax = connectionsMax;
        this.packetBytesMax = packetBytesMax;
        this.connectTimeoutS = settings.integer("mqtt.connect-timeout-s", 1, CONNECT_TIMEOUT_S_MAX);
    }

    /** @param connectionsMax and packetBytesMax are what a listener has that says nothing else */
    static List<Listener> read(Settings settings, int connectionsMax, int packetBytesMax) {
        ListenerSettings reader = new ListenerSettings(settings, connectionsMax, packetBytesMax);
        List<Listener> listeners = new ArrayList<>();
        if (settings.optional("mqtt.host").isPresent()) {
            listeners.add(reader.usual("mqtt", "mqtt", Optional.empty()));
        }
        reader.usualCertificate()
                .ifPresent(certificate -> listeners.add(reader.usual("mqtts", "mqtt.tls", Optional.of(certificate))));
        reader.addListed(listeners);
        if (listeners.isEmpty()) {
            settings.mistake("mqtt.host", "is empty, and there is no other listener");
        }
        return List.copyOf(listeners);
    }

    private Listener usual(String name, String section, Optional<Certificate> certificate) {
        return new Listener(
                name,
                Transport.TCP,
                settings.text(section + ".host"),
                settings.integer(section + ".port", 0, PORT_MAX),
                "",
                certificate,
                false,
                false,
                connectionsMax,
                packetBytesMax,
                connectTimeoutS * 1_000);
    }

    private Optional<Certificate> usualCertificate() {
        Optional<Path> chain = settings.file("mqtt.tls.certificate");
        Optional<Path> key = settings.file("mqtt.tls.key");
        if (chain.isPresent() && key.isEmpty()) {
            settings.mistake("mqtt.tls.key", "is needed beside mqtt.tls.certificate");
        }
        if (chain.isEmpty() && settings.optional("mqtt.tls.client-ca").isPresent()) {
            settings.mistake("mqtt.tls.client-ca", "does nothing without mqtt.tls.certificate");
        }
        if (chain.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Certificate(chain.get(), key.get(), settings.file("mqtt.tls.client-ca")));
    }

    private void addListed(List<Listener> listeners) {
        Set<String> names = new HashSet<>(Set.of("mqtt", "mqtts"));
        for (Map<String, String> entry : settings.entries(
                PATH,
                List.of("name", "port"),
                List.of(
                        "transport",
                        "host",
                        "path",
                        "certificate",
                        "key",
                        "client-ca",
                        "proxy-protocol",
                        "lenient",
                        "connections-max",
                        "packet-bytes-max",
                        "connect-timeout-s"))) {
            listeners.add(listed(new Entry(entry)));
            if (!names.add(entry.get("name"))) {
                settings.mistake(PATH, "has two listeners of the name '" + entry.get("name") + "'");
            }
        }
    }

    private Listener listed(Entry entry) {
        String transport = entry.text("transport", "tcp");
        String path = entry.text("path", "/mqtt");
        if (!transport.equals("tcp") && !transport.equals("ws")) {
            entry.mistake("transport must be tcp or ws, not '" + transport + "'");
        }
        if (!path.startsWith("/")) {
            entry.mistake("path must begin with a slash, unlike '" + path + "'");
        }
        return new Listener(
                entry.text("name", ""),
                transport.equals("ws") ? Transport.WS : Transport.TCP,
                entry.text("host", "127.0.0.1"),
                (int) entry.number("port", 0, 0, PORT_MAX),
                path,
                entry.certificate(),
                entry.flag("proxy-protocol"),
                entry.flag("lenient"),
                (int) entry.number("connections-max", connectionsMax, 1, connectionsMax),
                (int) entry.number("packet-bytes-max", packetBytesMax, 128, packetBytesMax),
                (int) entry.number("connect-timeout-s", connectTimeoutS, 1, CONNECT_TIMEOUT_S_MAX) * 1_000);
    }

    /** One listener of the list. */
    private final class Entry {
        private final Map<String, String> values;

        Entry(Map<String, String> values) {
            this.values = values;
        }

        void mistake(String what) {
            settings.mistake(PATH, "'" + values.get("name") + "': " + what);
        }

        String text(String key, String otherwise) {
            return values.getOrDefault(key, otherwise);
        }

        boolean flag(String key) {
            String text = text(key, "false");
            if (!text.equals("true") && !text.equals("false")) {
                mistake(key + " must be true or false, not '" + text + "'");
            }
            return text.equals("true");
        }

        long number(String key, long otherwise, long min, long max) {
            String text = text(key, Long.toString(otherwise));
            long number = Settings.bytes(text);
            if (number < min || number > max) {
                mistake(key + " must be a number from " + min + " to " + max + ", not '" + text + "'");
                return min;
            }
            return number;
        }

        Optional<MqttConfig.Certificate> certificate() {
            Optional<Path> chain = file("certificate");
            Optional<Path> key = file("key");
            Optional<Path> clientCa = file("client-ca");
            if (chain.isPresent() != key.isPresent()) {
                mistake("certificate and key need each other");
            } else if (chain.isEmpty() && clientCa.isPresent()) {
                mistake("client-ca does nothing without a certificate");
            }
            return chain.isPresent() && key.isPresent()
                    ? Optional.of(new Certificate(chain.get(), key.get(), clientCa))
                    : Optional.empty();
        }

        private Optional<Path> file(String key) {
            return Optional.of(text(key, ""))
                    .filter(text -> !text.isEmpty())
                    .map(Path::of)
                    .map(file -> {
                        if (!Files.isReadable(file)) {
                            mistake(key + " names a file that cannot be read: " + file);
                        }
                        return file;
                    });
        }
    }
}
