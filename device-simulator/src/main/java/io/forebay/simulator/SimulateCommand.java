package io.forebay.simulator;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code forebay simulate}: a fleet against any MQTT broker, judged by what arrives at any AMQP 1.0 broker. */
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
            "Everything on the AMQP address is taken from it; messages that are not of this run are counted and dropped.",
            "Exit code: 0 all promises kept, 1 something acknowledged was lost or out of order, 2 could not run."
        })
public final class SimulateCommand implements Callable<Integer> {
    @Option(names = "--mqtt-host", defaultValue = "localhost", description = "MQTT broker (${DEFAULT-VALUE})")
    private String mqttHost = "";

    @Option(names = "--mqtt-port", defaultValue = "1883", description = "its port (${DEFAULT-VALUE})")
    private int mqttPort;

    @Option(names = "--mqtt-version", defaultValue = "3.1.1", description = "3.1.1 or 5 (${DEFAULT-VALUE})")
    private String mqttVersion = "";

    @Option(names = "--user", defaultValue = "", description = "MQTT user name")
    private String user = "";

    @Option(
            names = "--password",
            arity = "0..1",
            interactive = true,
            description = "MQTT password, asked for if left out")
    private String password = "";

    @Option(names = "--amqp-host", defaultValue = "localhost", description = "AMQP 1.0 broker (${DEFAULT-VALUE})")
    private String amqpHost = "";

    @Option(names = "--amqp-port", defaultValue = "5672", description = "its port (${DEFAULT-VALUE})")
    private int amqpPort;

    @Option(names = "--amqp-user", defaultValue = "", description = "AMQP user name")
    private String amqpUser = "";

    @Option(
            names = "--amqp-password",
            arity = "0..1",
            interactive = true,
            description = "AMQP password, asked for if left out")
    private String amqpPassword = "";

    @Option(
            names = "--address",
            defaultValue = "uplink",
            description = "AMQP address to receive from (${DEFAULT-VALUE})")
    private String address = "";

    @Option(names = "--devices", defaultValue = "50", description = "number of devices (${DEFAULT-VALUE})")
    private int devices;

    @Option(names = "--topics", defaultValue = "1", description = "topics per device (${DEFAULT-VALUE})")
    private int topics;

    @Option(
            names = "--topic",
            defaultValue = FleetLoad.TOPIC_TEMPLATE,
            description = "topic, with {device} and {topic} filled in (${DEFAULT-VALUE})")
    private String topicTemplate = "";

    @Option(names = "--messages", description = "messages per device (200, unless --seconds is given)")
    private Long messages;

    @Option(names = "--seconds", defaultValue = "0", description = "publish for so long; 0: until all messages are out")
    private long seconds;

    @Option(
            names = "--rate",
            defaultValue = "0",
            description = "messages per second of the whole fleet; 0: as fast as they are acknowledged")
    private double rate;

    @Option(names = "--qos", defaultValue = "mix", description = "0, 1, 2 or mix (${DEFAULT-VALUE})")
    private String qos = "";

    @Option(names = "--size", defaultValue = "200", description = "payload bytes, 40 or more (${DEFAULT-VALUE})")
    private int size;

    @Option(
            names = "--window",
            defaultValue = "16",
            description = "unacknowledged messages per device (${DEFAULT-VALUE})")
    private int window;

    @Option(
            names = "--settle",
            defaultValue = "30",
            description = "seconds without any movement until missing messages are given up (${DEFAULT-VALUE})")
    private int settleSeconds;

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
            Report report = Simulation.run(config(), printer);
            System.out.print(report);
            return report.exitCode();
        } catch (SimulationException e) {
            printer.clear();
            System.err.println(e.getMessage());
        } catch (IllegalArgumentException e) {
            System.err.println("Cannot run this: " + e.getMessage() + ".");
        }
        return Report.EXIT_CANNOT_RUN;
    }

    SimulationConfig config() {
        long each = messages != null ? messages : seconds > 0 ? 0 : 200;
        return new SimulationConfig(
                new MqttTarget(mqttHost, mqttPort, new Credentials(user, password), level()),
                new AmqpTarget(amqpHost, amqpPort, new Credentials(amqpUser, amqpPassword), address),
                new FleetLoad(devices, topics, topicTemplate, each, seconds, rate, mix(), size, window),
                Duration.ofSeconds(settleSeconds));
    }

    private MqttLevel level() {
        return switch (mqttVersion) {
            case "3.1.1" -> MqttLevel.V3_1_1;
            case "5" -> MqttLevel.V5;
            default -> throw new IllegalArgumentException("--mqtt-version is 3.1.1 or 5, not " + mqttVersion);
        };
    }

    private QosMix mix() {
        return switch (qos.toLowerCase(Locale.ROOT)) {
            case "0" -> QosMix.QOS_0;
            case "1" -> QosMix.QOS_1;
            case "2" -> QosMix.QOS_2;
            case "mix" -> QosMix.MIX;
            default -> throw new IllegalArgumentException("--qos is 0, 1, 2 or mix, not " + qos);
        };
    }
}
