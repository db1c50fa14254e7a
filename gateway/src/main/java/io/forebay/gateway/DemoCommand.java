package io.forebay.gateway;

import io.forebay.gateway.bench.ScratchDirectory;
import io.forebay.gateway.config.GatewayConfig;
import io.forebay.simulator.AmqpTarget;
import io.forebay.simulator.FleetLoad;
import io.forebay.simulator.MqttTarget;
import io.forebay.simulator.ProgressPrinter;
import io.forebay.simulator.QosMix;
import io.forebay.simulator.Report;
import io.forebay.simulator.Simulation;
import io.forebay.simulator.SimulationConfig;
import io.forebay.simulator.SimulationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code forebay demo}: the whole way once, from simulated devices to an AMQP consumer, with a verdict. */
@Command(
        name = "demo",
        description = {
            "Starts gateway and broker, lets a fleet of simulated devices publish over MQTT, receives over AMQP 1.0,",
            "and tells whether everything that was acknowledged arrived, in order."
        },
        footer = {
            "",
            "Exit code: 0 if nothing acknowledged was lost or out of order, 1 if it was, 2 if it could not run."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--devices", defaultValue = "100", description = "number of devices (${DEFAULT-VALUE})")
    private int devices;

    @Option(names = "--seconds", defaultValue = "10", description = "how long they publish (${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--rate",
            defaultValue = "5000",
            description = "messages per second of all of them (${DEFAULT-VALUE})")
    private double rate;

    @Option(names = "--mqtt-port", defaultValue = "1883", description = "MQTT (${DEFAULT-VALUE})")
    private int mqttPort;

    @Option(names = "--amqp-port", defaultValue = "5672", description = "AMQP 1.0 (${DEFAULT-VALUE})")
    private int amqpPort;

    @Option(names = "--ops-port", defaultValue = "9464", description = "metrics and health (${DEFAULT-VALUE})")
    private int opsPort;

    @Option(names = "--plain", description = "plain lines, also on a terminal")
    private boolean plain;

    @Override
    public Integer call() throws IOException {
        Path dataDir = ScratchDirectory.make("forebay-demo-");
        System.out.println("Ports: MQTT " + mqttPort + ", AMQP 1.0 " + amqpPort + ", metrics " + opsPort
                + " (all on 127.0.0.1); data in " + dataDir + " until the end.");
        Gateway gateway = Gateway.start(GatewayConfig.load(environment(dataDir)), fault -> {});
        try {
            System.out.println("Gateway and broker are up; " + devices + " devices publish for " + seconds + " s.");
            Report report = Simulation.run(simulation(), ProgressPrinter.onStandardOutput(plain));
            System.out.print(report);
            return report.exitCode();
        } catch (SimulationException fault) {
            throw new StartException(fault.getMessage(), fault);
        } finally {
            if (!gateway.stop()) {
                System.err.println("The gateway did not stop in order; FOREBAY_LOG_LEVEL=debug shows more.");
            }
        }
    }

    private Map<String, String> environment(Path dataDir) {
        Map<String, String> environment = new HashMap<>();
        environment.put("FOREBAY_DATA_DIR", dataDir.toString());
        environment.put("FOREBAY_MQTT_PORT", Integer.toString(mqttPort));
        environment.put("FOREBAY_BROKER_PORT", Integer.toString(amqpPort));
        environment.put("FOREBAY_OPS_PORT", Integer.toString(opsPort));
        return environment;
    }

    private SimulationConfig simulation() {
        FleetLoad load = new FleetLoad(devices, 1, FleetLoad.TOPIC_TEMPLATE, 0, seconds, rate, QosMix.MIX, 200, 16);
        return new SimulationConfig(
                MqttTarget.of("127.0.0.1", mqttPort),
                AmqpTarget.of("127.0.0.1", amqpPort, "uplink"),
                load,
                SimulationConfig.SETTLE);
    }
}
