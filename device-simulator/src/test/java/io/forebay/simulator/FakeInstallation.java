package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.net.NetServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/**
 * An MQTT broker and an AMQP peer that gets what the broker takes, and scenarios against the two. Owned by the thread of the
 * test; broker and peer by the event loop.
 */
final class FakeInstallation implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final EventLoop loop = new EventLoop();
    final FakeMqttBroker broker;
    final int mqttPort;
    final int amqpPort;

    FakeInstallation() {
        this(new NetServerOptions(), false);
    }

    FakeInstallation(NetServerOptions options, boolean webSocket) {
        broker = loop.call(() -> new FakeMqttBroker(loop.vertx(), options, webSocket));
        FakeAmqpPeer peer = loop.call(() -> new FakeAmqpPeer(loop.vertx()));
        var mqtt = loop.start(broker::start);
        var amqp = loop.start(peer::start);
        assertTrue(EventLoop.within(mqtt, PATIENCE) && EventLoop.within(amqp, PATIENCE));
        mqttPort = mqtt.join();
        amqpPort = amqp.join();
        FaultyGateway clean = loop.call(() -> new FaultyGateway(loop.vertx(), peer, 1, 0, 0));
        broker.onPayload = clean::carry;
    }

    Report run(Path directory, String scenario, String... options) throws IOException {
        return Simulation.run(plan(directory, scenario, options), ProgressListener.SILENT);
    }

    /** The scenario, with the two ends put before it, as the command line would run it. */
    RunPlan plan(Path directory, String scenario, String... options) throws IOException {
        Path file = directory.resolve("scenario.yaml");
        Files.writeString(file, ends() + scenario);
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("--scenario", file.toString()));
        return CommandLine.populateCommand(new SimulateCommand(), arguments.toArray(String[]::new))
                .plan();
    }

    String ends() {
        return """
                mqtt: {host: localhost, port: %d}
                amqp: {host: localhost, port: %d}
                """.formatted(mqttPort, amqpPort);
    }

    @Override
    public void close() {
        loop.close();
    }
}
