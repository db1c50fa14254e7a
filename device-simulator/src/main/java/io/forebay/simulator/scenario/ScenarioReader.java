package io.forebay.simulator.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a scenario from YAML. Owned by the thread that reads. */
public final class ScenarioReader {
    static final Duration LONGEST = Duration.ofDays(30);
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration CONNECT_MAX = Duration.ofHours(1);
    private static final int PORT_MAX = 65_535;
    /** They stand before the two brokers, whether a scenario has others or not. */
    private static final List<String> OWN_PROXIES = List.of("mqtt", "amqp");
    /** What ships with the simulator, in the order in which they are listed. */
    public static final List<String> SHIPPED = List.of(
            "smoke",
            "sensors-10k",
            "burst-10x",
            "reconnect-storm",
            "broker-outage",
            "rolling-restart",
            "soak-24h",
            "hostile");

    /** One with every key, to be read rather than run. */
    public static final String REFERENCE = "reference";

    private final String source;
    private final Path directory;
    private final List<String> mistakes = new ArrayList<>();

    private ScenarioReader(String source, Path directory) {
        this.source = source;
        this.directory = directory;
    }

    /**
     * Reads one that ships with the simulator, or else a file.
     *
     * @throws ScenarioException with every mistake in it
     */
    public static Scenario read(String nameOrFile) {
        if (SHIPPED.contains(nameOrFile)) {
            return parse(shipped(nameOrFile), nameOrFile, Path.of("."));
        }
        Path file = Path.of(nameOrFile);
        try {
            Path parent = file.toAbsolutePath().getParent();
            return parse(Files.readString(file), nameOrFile, parent == null ? Path.of(".") : parent);
        } catch (IOException unreadable) {
            throw new ScenarioException(List.of("There is no scenario and no readable file '" + nameOrFile
                    + "'. Shipped are " + String.join(", ", SHIPPED) + "."));
        }
    }

    /** The text of a shipped scenario, comments and all. */
    public static String shipped(String name) {
        try (InputStream in = ScenarioReader.class.getResourceAsStream("/scenarios/" + name + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException("scenario " + name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    /** @param directory what file names in it are relative to */
    static Scenario parse(String yaml, String source, Path directory) {
        ScenarioReader reader = new ScenarioReader(source, directory);
        Scenario scenario = reader.scenario(yaml);
        if (!reader.mistakes.isEmpty()) {
            throw new ScenarioException(reader.mistakes);
        }
        return scenario;
    }

    private Scenario scenario(String yaml) {
        Section root = new Section(source, "", compose(yaml), mistakes);
        if (!mistakes.isEmpty()) {
            throw new ScenarioException(mistakes);
        }
        long seed = root.integer("seed", 0, Integer.MAX_VALUE, 1);
        List<FleetSpec> fleets = fleets(root);
        List<PhaseSpec> phases = new ArrayList<>();
        List<FaultSpec> faults = new ArrayList<>();
        List<ProxySpec> proxies = proxies(root);
        FaultReader faultReader = new FaultReader(
                Stream.concat(OWN_PROXIES.stream(), proxies.stream().map(ProxySpec::name))
                        .toList());
        for (Section section : root.sections("phases")) {
            faultReader.phase(section, phases, faults);
        }
        faultReader.faults(root, seed, phases, faults);
        Scenario scenario = new Scenario(
                root.text("name", source),
                root.text("about", ""),
                seed,
                endpoints(root),
                fleets,
                phases,
                faults,
                proxies,
                limits(root));
        check(root, scenario);
        root.done();
        return scenario;
    }

    private Node compose(String yaml) {
        try {
            return new Compose(LoadSettings.builder().setLabel(source).build())
                    .composeString(yaml)
                    .orElseThrow(() -> new ScenarioException(List.of(source + ": the file is empty")));
        } catch (MarkedYamlEngineException broken) {
            String line = broken.getProblemMark()
                    .map(mark -> ":" + (mark.getLine() + 1))
                    .orElse("");
            throw new ScenarioException(
                    List.of(source + line + ": this is not YAML: " + broken.getProblem() + hint(broken.getProblem())));
        }
    }

    /** What the parser means, where it speaks of its own tokens. */
    private static String hint(String problem) {
        if (problem.contains("<block end>")) {
            return "; it must be indented like the lines that it belongs to";
        }
        return problem.contains("mapping values are not allowed") ? "; a text with ': ' in it needs quotes" : "";
    }

    private List<FleetSpec> fleets(Section root) {
        FleetReader reader = new FleetReader(directory);
        List<FleetSpec> fleets = new ArrayList<>();
        for (Section section : root.sections("fleets")) {
            fleets.add(reader.fleet(section, fleets.size() + 1));
        }
        boolean victims = fleets.stream()
                .anyMatch(fleet -> fleet.behaviour().misbehaviour().publishes());
        boolean thieves = fleets.stream()
                .anyMatch(fleet -> fleet.behaviour().misbehaviour() == Behaviour.Misbehaviour.DUPLICATE_CLIENT_ID);
        if (thieves && !victims) {
            root.mistake("fleets", "with duplicate-client-id need another fleet without misbehaviour to steal from");
        }
        return fleets;
    }

    private void check(Section root, Scenario scenario) {
        if (scenario.fleets().isEmpty()) {
            mistakes.add(source + ": fleets is missing: at least one, such as\n  fleets:\n    - devices: 100\n"
                    + "      rate: 1000/s");
        }
        long lanes = scenario.fleets().stream()
                .mapToLong(fleet -> (long) fleet.devices() * fleet.lanesPerDevice())
                .sum();
        if (lanes > Scenario.LANES_MAX) {
            root.mistake("fleets", "have " + lanes + " topics together; the ledger takes " + Scenario.LANES_MAX);
        }
        boolean nothing = !scenario.phases().isEmpty()
                && scenario.phases().stream().allMatch(phase -> phase.kind() == PhaseSpec.Kind.DRAIN);
        if (nothing) {
            root.mistake("phases", "are only a drain: before it there must be one in which something is published");
        }
        boolean endless =
                scenario.fleets().stream().anyMatch(fleet -> fleet.traffic().messagesPerDevice() == 0);
        if (scenario.phases().isEmpty() && endless && !scenario.fleets().isEmpty()) {
            mistakes.add(source + ": phases is missing: at least one, such as\n  phases:\n    - for: 1m");
        }
    }

    private Endpoints endpoints(Section root) {
        Section mqtt = root.section("mqtt");
        Section amqp = root.section("amqp");
        Endpoints endpoints = new Endpoints(
                mqtt.text("host", ""),
                mqtt.integer("port", 1, PORT_MAX, 0),
                amqp.text("host", ""),
                amqp.integer("port", 1, PORT_MAX, 0),
                amqp.texts("address"));
        mqtt.done();
        amqp.done();
        return endpoints;
    }

    private Scenario.Limits limits(Section root) {
        Section section = root.section("limits");
        Scenario.Limits normal = Scenario.Limits.DEFAULT;
        Scenario.Limits limits = new Scenario.Limits(
                section.duration("settle", SHORTEST, LONGEST, normal.settle()),
                section.integer("handshakes", 1, Scenario.DEVICES_MAX, normal.handshakesMax()),
                section.duration("connect", SHORTEST, CONNECT_MAX, normal.connect()),
                section.integer("due-per-device", 1, 10_000_000, normal.dueMax()));
        section.done();
        return limits;
    }

    private List<ProxySpec> proxies(Section root) {
        List<ProxySpec> proxies = new ArrayList<>();
        Set<String> names = new HashSet<>(OWN_PROXIES);
        for (Section section : root.sections("proxies")) {
            ProxySpec proxy = proxy(section);
            if (!names.add(proxy.name())) {
                section.expected("name", "a name that no other proxy has; there are always mqtt and amqp");
            }
            proxies.add(proxy);
        }
        return proxies;
    }

    private static ProxySpec proxy(Section section) {
        String to = section.text("to", "amqp");
        boolean broker = to.equals("amqp");
        int colon = to.lastIndexOf(':');
        boolean wellFormed = to.matches("[^:]+:\\d{1,5}") && Integer.parseInt(to.substring(colon + 1)) <= PORT_MAX;
        if (!broker && !wellFormed) {
            section.expected("to", "host:port, or amqp for the AMQP broker of the run");
        }
        ProxySpec proxy = new ProxySpec(
                section.required("name", "what faults call it"),
                section.text("address", "localhost"),
                section.integer("listen", 1, PORT_MAX, 0),
                wellFormed ? to.substring(0, colon) : "",
                wellFormed ? Integer.parseInt(to.substring(colon + 1)) : 0);
        if (proxy.listen() == 0) {
            section.mistake("listen", "is missing: the local port");
        }
        section.done();
        return proxy;
    }
}
