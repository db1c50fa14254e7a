package io.forebay.simulator.scenario;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads one fleet of a scenario file. Owned by the thread that reads. */
final class FleetReader {
    private static final int KEEP_ALIVE_MAX = 65_535;
    private static final int QOS_MAX = 2;
    private static final Duration SHORTEST = Duration.ofMillis(10);
    /** IPv4 or, with a colon, IPv6. Whether this machine has it is seen when a device comes from there. */
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F.]*:[0-9a-fA-F:.]+");

    private final Path directory;
    private final TrafficReader traffic;

    FleetReader(Path directory) {
        this.directory = directory;
        traffic = new TrafficReader(directory);
    }

    FleetSpec fleet(Section section, int number) {
        FleetSpec fleet = new FleetSpec(
                section.text("name", "fleet " + number),
                section.integer("devices", 1, Scenario.DEVICES_MAX, 1),
                section.rate("ramp-up", 0, Scenario.DEVICES_MAX, 0),
                connection(section),
                traffic.read(section),
                behaviour(section));
        boolean shared = fleet.devices() > 1 && section.has("client-id");
        if (shared && !TrafficSpec.tellsDevicesApart(fleet.connection().clientId())) {
            section.expected("client-id", "a template with {device} in it, so that no two devices have the same");
        }
        section.done();
        return fleet;
    }

    private ConnectionSpec connection(Section section) {
        return new ConnectionSpec(
                version(section),
                section.text("client-id", ""),
                section.text("user", ""),
                section.text("password", ""),
                session(section),
                section.integer("keep-alive", 1, KEEP_ALIVE_MAX, ConnectionSpec.DEFAULT.keepAliveSeconds()),
                transport(section),
                sources(section),
                will(section));
    }

    private static List<String> sources(Section section) {
        List<String> sources = section.texts("source");
        if (!sources.stream().allMatch(source -> ADDRESS.matcher(source).matches())) {
            section.expected("source", "addresses of this machine, such as [127.0.0.2, 127.0.0.3]");
        }
        return sources;
    }

    private static ConnectionSpec.Version version(Section section) {
        String text = section.text("version", "3.1.1");
        if (!text.equals("3.1.1") && !text.equals("5")) {
            section.expected("version", "3.1.1 or 5");
        }
        return text.equals("5") ? ConnectionSpec.Version.V5 : ConnectionSpec.Version.V3_1_1;
    }

    private static boolean session(Section section) {
        String text = section.text("session", "persistent");
        if (!text.equals("persistent") && !text.equals("clean")) {
            section.expected("session", "persistent or clean");
        }
        return text.equals("persistent");
    }

    private ConnectionSpec.Transport transport(Section section) {
        String text = section.text("transport", "tcp");
        if (!text.matches("tcp|tls|ws|wss")) {
            section.expected("transport", "tcp, tls, ws or wss");
        }
        Section tls = section.section("tls");
        ConnectionSpec.Transport transport = new ConnectionSpec.Transport(
                text.equals("tls") || text.equals("wss"),
                text.startsWith("ws"),
                section.text("path", ConnectionSpec.Transport.TCP.path()),
                file(tls, "ca"),
                file(tls, "certificate"),
                file(tls, "key"));
        if (section.has("tls") && !transport.tls()) {
            section.mistake("tls", "needs transport: tls or wss");
        }
        if (transport.certificate().isEmpty() != transport.key().isEmpty()) {
            section.mistake("tls", "needs certificate and key together");
        }
        tls.done();
        return transport;
    }

    /** Looks whether there is one for the first device at least. */
    private String file(Section tls, String key) {
        String name = tls.text(key, "");
        if (name.isEmpty()) {
            return "";
        }
        String file = directory.resolve(name).toString();
        if (!Files.isReadable(Path.of(TrafficSpec.fill(file, 0, 0)))) {
            tls.expected(key, "a PEM file that can be read, with {device} where each device has its own");
        }
        return file;
    }

    private static Optional<ConnectionSpec.Will> will(Section section) {
        if (!section.has("will")) {
            return Optional.empty();
        }
        Section will = section.section("will");
        ConnectionSpec.Will read = new ConnectionSpec.Will(
                will.required("topic", "where the will is published"),
                will.text("text", "gone"),
                will.integer("qos", 0, QOS_MAX, 1),
                will.flag("retain", false));
        will.done();
        return Optional.of(read);
    }

    private static Behaviour behaviour(Section section) {
        Behaviour good = Behaviour.GOOD;
        Section storm = section.section("reconnect-storm");
        Duration stormEvery = section.has("reconnect-storm")
                ? storm.duration("every", SHORTEST, ScenarioReader.LONGEST, Duration.ofMinutes(1))
                : Duration.ZERO;
        Behaviour.Misbehaviour misbehaviour =
                section.choice("misbehaviour", Behaviour.Misbehaviour.class, good.misbehaviour());
        Behaviour behaviour = new Behaviour(
                misbehaviour,
                section.duration("starts-at", Duration.ZERO, ScenarioReader.LONGEST, Duration.ZERO),
                section.duration("every", SHORTEST, ScenarioReader.LONGEST, good.every()),
                (int) section.bytes("misbehaviour-size", 1, 1 << 28, misbehaviour.bytes()),
                stormEvery,
                storm.share("share", 1, 1),
                section.duration("clock-skew", Duration.ZERO, ScenarioReader.LONGEST, Duration.ZERO));
        storm.done();
        return behaviour;
    }
}
