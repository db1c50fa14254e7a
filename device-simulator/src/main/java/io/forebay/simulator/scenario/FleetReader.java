package io.forebay.simulator.scenario;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Reads one fleet of a scenario file. Owned by the thread that reads. */
final class FleetReader {
    private static final int KEEP_ALIVE_MAX = 65_535;
    private static final int QOS_MAX = 2;
    private static final Duration SHORTEST = Duration.ofMillis(10);

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
                section.rate("ramp-up", Scenario.DEVICES_MAX, 0),
                connection(section),
                traffic.read(section),
                behaviour(section));
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
                section.texts("source"),
                will(section));
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
                file(tls.text("ca", "")),
                file(tls.text("certificate", "")),
                file(tls.text("key", "")));
        if (section.has("tls") && !transport.tls()) {
            section.mistake("tls", "needs transport: tls or wss");
        }
        if (transport.certificate().isEmpty() != transport.key().isEmpty()) {
            section.mistake("tls", "needs certificate and key together");
        }
        tls.done();
        return transport;
    }

    private String file(String name) {
        return name.isEmpty() ? "" : directory.resolve(name).toString();
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
        Behaviour behaviour = new Behaviour(
                section.choice("misbehaviour", Behaviour.Misbehaviour.class, good.misbehaviour()),
                section.duration("every", SHORTEST, ScenarioReader.LONGEST, good.every()),
                (int) section.bytes("misbehaviour-size", 1, 1 << 28, good.bytes()),
                stormEvery,
                storm.share("share", 1, 1),
                section.duration("clock-skew", Duration.ZERO, ScenarioReader.LONGEST, Duration.ZERO));
        storm.done();
        return behaviour;
    }
}
