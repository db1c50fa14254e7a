package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A broker that speaks MQTT and AMQP itself: the simulator needs no gateway in between, and no other options. */
class ArtemisIT {
    private EmbeddedActiveMQ broker;
    private String mqttPort;
    private String amqpPort;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws Exception {
        broker = new EmbeddedActiveMQ()
                .setConfiguration(new ConfigurationImpl()
                        .setPersistenceEnabled(false)
                        .setSecurityEnabled(false)
                        .setJMXManagementEnabled(false)
                        .addAcceptorConfiguration("mqtt", "tcp://127.0.0.1:0?protocols=MQTT")
                        .addAcceptorConfiguration("amqp", "tcp://127.0.0.1:0?protocols=AMQP&multicastPrefix=topic://"));
        broker.start();
        mqttPort = Integer.toString(EmbeddedArtemis.portOf(broker, "mqtt"));
        amqpPort = Integer.toString(EmbeddedArtemis.portOf(broker, "amqp"));
    }

    @AfterEach
    void stop() throws Exception {
        broker.stop();
    }

    @Test
    void mqttInAndAmqpOutOfTheSameBroker() {
        Report report = smoke("--address", "topic://smoke.#", "--order", "qos");

        assertTrue(report.clean(), report::toString);
        assertEquals(report.tally().published(), report.tally().arrived(), report::toString);
    }

    @Test
    void mqttInAndOut() {
        Report report = smoke("--verify", "mqtt");

        assertTrue(report.clean(), report::toString);
        assertTrue(report.title().fleets().size() == 3 && report.tally().arrived() > 200, report::toString);
    }

    @Test
    void mqttOverWebSocket() {
        Report report = smoke("--transport", "ws", "--address", "topic://smoke.#", "--order", "qos");

        assertTrue(report.clean(), report::toString);
    }

    @Test
    void whatIsPublishedToADeviceIsAnsweredAndTheAnswersAreJudgedToo() throws IOException {
        Path file = directory.resolve("commands.yaml");
        Files.writeString(file, """
                fleets:
                  - {name: commander, devices: 5, topic: 'cmd/{device}', rate: 50/s}
                  - {name: pumps, devices: 5, topic: 'data/{device}', rate: 20/s, subscribe: 'cmd/{device}', answer: 'r/{device}'}
                phases: [{for: 2s}]
                """);

        Report report = run(file.toString(), "--verify", "mqtt");

        long commands = report.trouble().commands();
        assertTrue(report.clean(), report::toString);
        // The first may have come before the subscription to them.
        assertTrue(commands >= 50 && commands <= 110, report::toString);
        assertEquals(report.tally().published(), report.tally().arrived(), report::toString);
        assertEquals(101.0 + 41 + commands, (double) report.tally().published(), 2, report::toString);
    }

    private Report smoke(String... options) {
        List<String> arguments = new ArrayList<>(List.of("--time", "20%"));
        arguments.addAll(List.of(options));
        return run("smoke", arguments.toArray(String[]::new));
    }

    private Report run(String scenario, String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("-s", scenario, "--mqtt-port", mqttPort, "--amqp-port", amqpPort));
        arguments.addAll(List.of(options));
        SimulateCommand command = CommandLine.populateCommand(new SimulateCommand(), arguments.toArray(String[]::new));
        return Simulation.run(command.plan(), ProgressListener.SILENT);
    }
}
