package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A broker that speaks MQTT and AMQP itself: the simulator needs no gateway in between, and no other options. */
class ArtemisIT {
    private EmbeddedActiveMQ broker;
    private String mqttPort;
    private String amqpPort;

    @BeforeEach
    void start() throws Exception {
        mqttPort = freePort();
        amqpPort = freePort();
        broker = new EmbeddedActiveMQ()
                .setConfiguration(new ConfigurationImpl()
                        .setPersistenceEnabled(false)
                        .setSecurityEnabled(false)
                        .setJMXManagementEnabled(false)
                        .addAcceptorConfiguration("mqtt", "tcp://127.0.0.1:" + mqttPort + "?protocols=MQTT")
                        .addAcceptorConfiguration(
                                "amqp", "tcp://127.0.0.1:" + amqpPort + "?protocols=AMQP&multicastPrefix=topic://"));
        broker.start();
    }

    private static String freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return Integer.toString(probe.getLocalPort());
        }
    }

    @AfterEach
    void stop() throws Exception {
        broker.stop();
    }

    @Test
    void mqttInAndAmqpOutOfTheSameBroker() {
        Report report = run("--address", "topic://smoke.#", "--order", "qos");

        assertTrue(report.clean(), report::toString);
        assertEquals(report.tally().published(), report.tally().arrived(), report::toString);
    }

    @Test
    void mqttInAndOut() {
        Report report = run("--verify", "mqtt");

        assertTrue(report.clean(), report::toString);
        assertTrue(report.title().fleets().size() == 3 && report.tally().arrived() > 200, report::toString);
    }

    @Test
    void mqttOverWebSocket() {
        Report report = run("--transport", "ws", "--address", "topic://smoke.#", "--order", "qos");

        assertTrue(report.clean(), report::toString);
    }

    private Report run(String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("-s", "smoke", "--time", "20%", "--mqtt-port", mqttPort, "--amqp-port", amqpPort));
        arguments.addAll(List.of(options));
        SimulateCommand command = CommandLine.populateCommand(new SimulateCommand(), arguments.toArray(String[]::new));
        return Simulation.run(command.plan(), ProgressListener.SILENT);
    }
}
