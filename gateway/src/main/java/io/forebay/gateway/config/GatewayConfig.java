package io.forebay.gateway.config;

import io.forebay.bridge.BridgeConfig;
import io.forebay.bridge.ReplayConfig;
import io.forebay.bridge.downlink.DownlinkConfig;
import io.forebay.gateway.control.ControlConfig;
import io.forebay.gateway.mqtt.MqttConfig;
import io.forebay.gateway.mqtt.PresenceConfig;
import io.forebay.gateway.mqtt.accept.AcceptLimits;
import io.forebay.gateway.ops.OpsConfig;
import io.forebay.gateway.security.TopicPattern;
import io.forebay.gateway.session.SessionConfig;
import io.forebay.gateway.tls.TlsConfig;
import io.forebay.storage.LogConfig;
import io.forebay.storage.Retention;
import io.forebay.storage.SpaceConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * All of the configuration; forebay.yaml among the resources says what each key means.
 *
 * @param tls what all TLS has in common
 * @param embeddedBroker where the embedded broker listens, if it is used
 */
public record GatewayConfig(
        Path dataDir,
        int shutdownGraceSeconds,
        MqttConfig mqtt,
        AcceptLimits accept,
        AuthenticationConfig authentication,
        AuthorisationConfig authorisation,
        SessionConfig sessions,
        LogConfig log,
        BridgeConfig bridge,
        ReplayConfig replay,
        LocalDelivery localDelivery,
        DownlinkConfig downlink,
        PresenceConfig presence,
        Optional<Endpoint> embeddedBroker,
        OpsConfig ops,
        ControlConfig control,
        TlsConfig tls) {

    /** A host to listen on and a port, 0 for any. */
    public record Endpoint(String host, int port) {}

    private static final int PORT_MAX = 65_535;
    private static final int SECONDS_MAX = Integer.MAX_VALUE;
    private static final int COUNT_MAX = 100_000_000;
    private static final long SEGMENT_BYTES_MAX = 4L << 30;
    private static final int QUEUE_MESSAGES_MAX = 4_000_000;
    /** What a record holds beside the packet: client id, resolved topic, header. */
    private static final int RECORD_OVERHEAD_BYTES = 256 << 10;

    private static final long RETAIN_MS_MAX = TimeUnit.DAYS.toMillis(3_650);
    private static final int PACKET_BYTES_MAX = 64 << 20;

    /** Defaults and environment only. Throws {@link ConfigException}. */
    public static GatewayConfig load(Map<String, String> environment) {
        Settings settings = new Settings(defaults());
        settings.overlayEnvironment(environment);
        return read(settings);
    }

    /** Throws {@link ConfigException}. */
    public static GatewayConfig load(Path file, Map<String, String> environment) {
        Settings settings = new Settings(defaults());
        try {
            settings.overlay(Files.readString(file), file.toString());
        } catch (IOException unreadable) {
            throw new ConfigException(List.of("The configuration " + file + " cannot be read: is it there, and text?"));
        }
        settings.overlayEnvironment(environment);
        return read(settings);
    }

    /** forebay.yaml as it is shipped: every key, its default, what it means. */
    public static String defaults() {
        try (InputStream defaults = GatewayConfig.class.getResourceAsStream("/forebay.yaml")) {
            return new String(defaults.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException("forebay.yaml is missing in the jar", broken);
        }
    }

    private static GatewayConfig read(Settings settings) {
        Path dataDir = Path.of(settings.text("data-dir"));
        MqttConfig mqtt = mqtt(settings);
        PresenceConfig presence = DownlinkSettings.presence(settings);
        GatewayConfig config = new GatewayConfig(
                dataDir,
                settings.integer("shutdown-grace-s", 1, SECONDS_MAX),
                mqtt,
                AcceptSettings.read(settings),
                AuthenticationSettings.read(settings, mqtt.tls()),
                AuthorisationSettings.read(settings),
                SessionSettings.read(settings),
                log(settings, dataDir, mqtt.packetBytesMax() + RECORD_OVERHEAD_BYTES),
                BridgeSettings.read(settings, routeEntries(settings), presence),
                ReplaySettings.read(settings),
                localDelivery(settings),
                DownlinkSettings.read(settings, mqtt.packetBytesMax()),
                presence,
                settings.text("amqp.host").isEmpty() ? Optional.of(endpoint(settings, "broker")) : Optional.empty(),
                OpsSettings.read(settings),
                control(settings, dataDir),
                new TlsSettings(settings).common());
        settings.check();
        return config;
    }

    private static MqttConfig mqtt(Settings settings) {
        int eventLoops = settings.integer("mqtt.event-loops", 0, 1_024);
        int connectionsMax = settings.integer("mqtt.connections-max", 1, COUNT_MAX);
        int packetBytesMax = (int) settings.size("mqtt.packet-bytes-max", 128, PACKET_BYTES_MAX);
        return new MqttConfig(
                ListenerSettings.read(settings, connectionsMax, packetBytesMax),
                eventLoops == 0 ? Runtime.getRuntime().availableProcessors() : eventLoops,
                connectionsMax,
                packetBytesMax,
                settings.integer("mqtt.client-id-bytes-max", 23, PORT_MAX),
                settings.integer("mqtt.receive-maximum", 1, PORT_MAX),
                settings.integer("mqtt.topic-alias-maximum", 0, PORT_MAX),
                settings.integer("mqtt.session-expiry-max-s", 0, SECONDS_MAX),
                MqttSettings.protocol(settings),
                MqttSettings.access(settings),
                AcceptSettings.quotas(settings, packetBytesMax));
    }

    private static LogConfig log(Settings settings, Path dataDir, int recordBytesMax) {
        long segmentMin = LogConfig.segmentBytesMin(recordBytesMax);
        long segmentBytes = settings.size("log.segment-size", segmentMin, SEGMENT_BYTES_MAX);
        return new LogConfig(
                dataDir,
                segmentBytes,
                settings.size("log.size-max", 2 * segmentBytes, Long.MAX_VALUE),
                settings.size("log.free-min", 0, Long.MAX_VALUE),
                recordBytesMax,
                settings.integer("log.queue-messages-max", 1, QUEUE_MESSAGES_MAX),
                settings.size("log.queue-size-max", 1, Long.MAX_VALUE),
                settings.integer("mqtt.sessions-max", 1, COUNT_MAX),
                space(settings),
                new Retention(
                        settings.durationMs("log.retain-for", RETAIN_MS_MAX),
                        settings.size("log.retain-size-max", 0, Long.MAX_VALUE)),
                EncryptionSettings.read(settings),
                settings.flag("log.segment-zeros"));
    }

    private static ControlConfig control(Settings settings, Path dataDir) {
        return ControlConfig.of(
                dataDir,
                settings.text("control.socket"),
                settings.integer("control.connections-max", 1, 1_024),
                settings.integer("control.timeline-samples", 1, 10_000_000));
    }

    private static SpaceConfig space(Settings settings) {
        long segmentBytes = settings.size("log.segment-size", 1, SEGMENT_BYTES_MAX);
        return new SpaceConfig(
                settings.size("storage.size-max", 2 * segmentBytes, Long.MAX_VALUE),
                SpaceConfig.ALONE.others(),
                settings.integer("log.warn-below-s", 0, SECONDS_MAX));
    }

    private static List<Map<String, String>> routeEntries(Settings settings) {
        List<String> optional = new ArrayList<>(List.of("local", "target"));
        optional.addAll(BridgeSettings.ROUTE_OPTIONS);
        return settings.entries("routes", List.of("topic", "address"), optional);
    }

    private static LocalDelivery localDelivery(Settings settings) {
        List<LocalDelivery.Rule> rules = new ArrayList<>();
        for (Map<String, String> entry : routeEntries(settings)) {
            String local = entry.getOrDefault("local", "true");
            if (!local.equals("true") && !local.equals("false")) {
                settings.mistake("routes", entry, "local must be true or false, not '" + local + "'");
            }
            if (TopicPattern.isValid(entry.get("topic"))) { // If not, the route has said so.
                rules.add(new LocalDelivery.Rule(new TopicPattern(entry.get("topic")), local.equals("true")));
            }
        }
        return new LocalDelivery(List.copyOf(rules));
    }

    private static Endpoint endpoint(Settings settings, String path) {
        return new Endpoint(settings.text(path + ".host"), settings.integer(path + ".port", 0, PORT_MAX));
    }
}
