package io.forebay.simulator;

import io.forebay.simulator.scenario.ConnectionSpec;
import io.forebay.simulator.scenario.Endpoints;
import io.forebay.simulator.scenario.Quantity;
import io.forebay.simulator.scenario.Scenario;
import io.forebay.simulator.scenario.ScenarioException;
import io.forebay.simulator.scenario.ScenarioReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code forebay simulate}: fleets against any MQTT broker, judged by what arrives at any AMQP 1.0 broker. */
@Command(
        name = "simulate",
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Publishes with simulated MQTT devices, receives over AMQP 1.0 what comes of it, and tells whether every"
                    + " acknowledged message arrived, each topic in order."
        },
        footer = {
            "",
            "Examples:",
            "  simulate --devices 500 --rate 20000 --seconds 60",
            "  simulate --scenario reconnect-storm --mqtt-host gateway.example --amqp-host broker.example",
            "  simulate --scenario soak-24h --time 1%% --html report.html",
            "  simulate --verify mqtt --rate 1000 --seconds 10       # a broker without AMQP",
            "",
            "Everything on the AMQP address is taken from it; messages that are not of this run are counted and dropped.",
            "Exit code: 0 all promises kept, 1 something acknowledged was lost or out of order, 2 could not run."
        })
public final class SimulateCommand implements Callable<Integer> {
    @Option(
            names = {"-s", "--scenario"},
            paramLabel = "NAME|FILE",
            description = "what to do: the name of a shipped scenario (--list) or a YAML file")
    private String scenarioName = "";

    @Option(names = "--list", description = "lists the scenarios that are shipped")
    private boolean list;

    @Option(
            names = "--print",
            description = "prints the scenario instead of running it, as a start for your own; without --scenario one"
                    + " with every key there is")
    private boolean print;

    @Mixin
    private LoadOptions load;

    @Option(
            names = "--load",
            paramLabel = "SHARE",
            description = "devices and rates of the scenario times this (100%%)")
    private String loadFactor = "1";

    @Option(names = "--time", paramLabel = "SHARE", description = "times of the scenario times this (100%%)")
    private String timeFactor = "1";

    @Option(names = "--seed", description = "another seed: other payloads, other random times and faults")
    private Long seed;

    @Option(
            names = "--chaos",
            description = "allows a scenario to run commands and to fill disks; without faults of its own, connections"
                    + " are cut, slowed and swallowed at random times")
    private boolean chaos;

    @Option(
            names = "--command",
            paramLabel = "NAME=COMMAND",
            description = "what a scenario means by {NAME}, such as kill='systemctl kill -s KILL forebay'")
    private Map<String, String> commands = Map.of();

    @Mixin
    private EndpointOptions endpoints;

    @Option(
            names = "--verify",
            defaultValue = "amqp",
            description = "how to receive: amqp, mqtt (a subscription on the same broker) or none (${DEFAULT-VALUE})")
    private String verify = "";

    @Option(names = "--settle", description = "seconds without any movement until missing messages are given up (30)")
    private Integer settleSeconds;

    @Option(
            names = "--ledger-dir",
            description = "where the ledger goes beyond 64 MiB (the directory for temporary files)")
    private Path ledgerDirectory = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = "--ledger-size",
            paramLabel = "SIZE",
            defaultValue = "16GiB",
            description = "the run ends when the ledger is larger; 8 bytes for each message (${DEFAULT-VALUE})")
    private String ledgerSize = "";

    @Option(names = "--html", paramLabel = "FILE", description = "writes the report as a page with charts")
    private Path html;

    @Option(names = "--json", paramLabel = "FILE", description = "writes the report for machines")
    private Path json;

    @Option(
            names = "--metrics-port",
            defaultValue = "0",
            description = "Prometheus at http://localhost:PORT/metrics during the run; 0: none (${DEFAULT-VALUE})")
    private int metricsPort;

    @Option(
            names = "--order",
            description =
                    "what has to arrive in order: all messages of a topic, or only those of the same QoS, which is"
                            + " all that MQTT promises (topic; with --verify mqtt: qos)")
    private String order = "";

    @Option(names = "--plain", description = "plain lines, also on a terminal")
    private boolean plain;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Override
    public Integer call() {
        ProgressPrinter printer = ProgressPrinter.onStandardOutput(plain);
        try {
            if (list) {
                ScenarioList.print(System.out);
                return Report.EXIT_CLEAN;
            }
            return print ? print(System.out) : run(printer);
        } catch (SimulationException | ScenarioException e) {
            printer.clear();
            System.err.println(e.getMessage());
        } catch (IllegalArgumentException e) {
            System.err.println("Cannot run this: " + e.getMessage() + ".");
        }
        return Report.EXIT_CANNOT_RUN;
    }

    private int print(PrintStream out) {
        if (!scenarioName.isEmpty() && !ScenarioReader.SHIPPED.contains(scenarioName)) {
            throw new IllegalArgumentException("--print is for a shipped scenario, see --list");
        }
        out.print(ScenarioReader.shipped(scenarioName.isEmpty() ? ScenarioReader.REFERENCE : scenarioName));
        return Report.EXIT_CLEAN;
    }

    private int run(ProgressPrinter printer) {
        Report report = Simulation.run(plan(), printer);
        System.out.print(report);
        write(html, report.toHtml());
        write(json, report.toJson());
        return report.exitCode();
    }

    private static void write(Path file, String text) {
        if (file == null) {
            return;
        }
        try {
            Files.writeString(file, text);
            System.out.println("Report: " + file.toAbsolutePath());
        } catch (IOException e) {
            throw new SimulationException("The report cannot be written to " + file + ": " + e.getMessage() + ".", e);
        }
    }

    RunPlan plan() {
        Scenario scenario = scenario();
        Endpoints said = scenario.endpoints();
        ConnectionSpec connection = scenario.fleets().get(0).connection();
        MqttTarget mqtt = endpoints.mqtt(said, connection);
        return new RunPlan(
                scenario,
                mqtt,
                verify(),
                endpoints.amqp(said),
                new Subscription(mqtt, Subscription.like(connection), TopicFilters.of(scenario)),
                orderPerQos(),
                ledgerDirectory,
                Quantity.BYTES
                        .parse(ledgerSize)
                        .map(Double::longValue)
                        .orElseThrow(() -> new IllegalArgumentException("--ledger-size is a size such as 16GiB")),
                metricsPort);
    }

    private Scenario scenario() {
        Scenario scenario;
        if (scenarioName.isEmpty()) {
            scenario = adHoc();
        } else {
            load.given().ifPresent(name -> {
                throw new IllegalArgumentException(
                        name + " is for runs without a scenario; --load and --time scale one");
            });
            scenario = ScenarioReader.read(scenarioName);
        }
        if (settleSeconds != null) {
            Duration settle = Duration.ofSeconds(settleSeconds);
            scenario = scenario.withLimits(scenario.limits().withSettle(settle));
        }
        scenario = seed == null ? scenario : scenario.withSeed(seed);
        scenario = scenario.withFaults(FaultOptions.apply(scenario, chaos, commands));
        Scenario scaled = scenario.scaled(share("--load", loadFactor), share("--time", timeFactor));
        return scaled.withFleets(
                endpoints.apply(scaled.fleets()).stream().map(load::apply).toList());
    }

    private Scenario adHoc() {
        SimulationConfig config = new SimulationConfig(
                endpoints.mqtt(Endpoints.UNSAID, ConnectionSpec.DEFAULT),
                endpoints.amqp(Endpoints.UNSAID).get(0),
                load.load(),
                settleSeconds == null ? SimulationConfig.SETTLE : Duration.ofSeconds(settleSeconds));
        return RunPlan.of(config).scenario();
    }

    private static double share(String name, String text) {
        return Quantity.SHARE
                .parse(text)
                .filter(share -> share > 0)
                .orElseThrow(() -> new IllegalArgumentException(name + " is a share such as 10% or 0.1"));
    }

    private boolean orderPerQos() {
        return switch (order.toLowerCase(Locale.ROOT)) {
            case "" -> verify() == RunPlan.Verify.MQTT;
            case "topic" -> false;
            case "qos" -> true;
            default -> throw new IllegalArgumentException("--order is topic or qos, not " + order);
        };
    }

    private RunPlan.Verify verify() {
        return switch (verify.toLowerCase(Locale.ROOT)) {
            case "amqp" -> RunPlan.Verify.AMQP;
            case "mqtt" -> RunPlan.Verify.MQTT;
            case "none" -> RunPlan.Verify.NONE;
            default -> throw new IllegalArgumentException("--verify is amqp, mqtt or none, not " + verify);
        };
    }
}
