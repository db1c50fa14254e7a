package io.forebay.gateway.config;

import io.forebay.gateway.mqtt.MqttConfig.Listener;
import io.forebay.gateway.mqtt.MqttConfig.Transport;
import io.forebay.gateway.ops.OpsConfig;
import io.forebay.gateway.tls.ListenerTls;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads where devices connect: mqtt.host and mqtt.port, mqtt.tls, and the list mqtt.listeners. */
final class ListenerSettings {
    private static final String PATH = "mqtt.listeners";
    private static final List<String> OPTIONAL = List.of(
            "transport",
            "host",
            "path",
            "proxy-protocol",
            "lenient",
            "connections-max",
            "packet-bytes-max",
            "connect-timeout-s");
    private static final int PORT_MAX = 65_535;
    private static final int CONNECT_TIMEOUT_S_MAX = 3_600;

    private final Settings settings;
    private final int connectionsMax;
    private final int packetBytesMax;
    private final int connectTimeoutS;
    private final TlsSettings tls;

    private ListenerSettings(Settings settings, int connectionsMax, int packetBytesMax) {
        this.settings = settings;
        this.connectionsMax = connectionsMax;
        this.packetBytesMax = packetBytesMax;
        this.connectTimeoutS = settings.integer("mqtt.connect-timeout-s", 1, CONNECT_TIMEOUT_S_MAX);
        this.tls = new TlsSettings(settings);
    }

    /** @param connectionsMax and packetBytesMax are what a listener has that says nothing else */
    static List<Listener> read(Settings settings, int connectionsMax, int packetBytesMax) {
        ListenerSettings reader = new ListenerSettings(settings, connectionsMax, packetBytesMax);
        List<Listener> listeners = new ArrayList<>();
        if (settings.optional("mqtt.host").isPresent()) {
            listeners.add(reader.usual("mqtt", "mqtt", Optional.empty()));
        }
        reader.tls.usual("mqtts").ifPresent(tls -> listeners.add(reader.usual("mqtts", "mqtt.tls", Optional.of(tls))));
        reader.addListed(listeners);
        if (listeners.isEmpty()) {
            settings.mistake("mqtt.host", "is empty, and there is no other listener");
        }
        return List.copyOf(listeners);
    }

    private Listener usual(String name, String section, Optional<ListenerTls> secure) {
        return new Listener(
                name,
                Transport.TCP,
                settings.text(section + ".host"),
                settings.integer(section + ".port", 0, PORT_MAX),
                "",
                secure,
                false,
                false,
                connectionsMax,
                packetBytesMax,
                connectTimeoutS * 1_000);
    }

    private void addListed(List<Listener> listeners) {
        Set<String> names = new HashSet<>(Set.of("mqtt", "mqtts", OpsConfig.LISTENER));
        List<String> optional = new ArrayList<>(OPTIONAL);
        optional.addAll(TlsSettings.LISTENER_KEYS);
        for (Map<String, String> entry : settings.entries(PATH, List.of("name", "port"), optional)) {
            listeners.add(listed(new Entry(entry)));
            if (!names.add(entry.get("name"))) {
                settings.mistake(PATH, entry, "there are two of the name '" + entry.get("name") + "'");
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
                tls.listed(entry.values, entry::mistake),
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
            settings.mistake(PATH, values, "'" + values.get("name") + "': " + what);
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
    }
}
