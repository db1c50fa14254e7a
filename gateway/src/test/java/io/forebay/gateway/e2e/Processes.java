package io.forebay.gateway.e2e;

import io.forebay.gateway.bench.ChildJvm;
import io.forebay.gateway.bench.OpsClient;
import io.forebay.simulator.AmqpTarget;
import io.forebay.simulator.FleetLoad;
import io.forebay.simulator.MqttTarget;
import io.forebay.simulator.ProgressListener;
import io.forebay.simulator.Report;
import io.forebay.simulator.Simulation;
import io.forebay.simulator.SimulationConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A gateway and a broker, each in a process of its own that may be killed and started again on the same data. */
final class Processes implements AutoCloseable {
    private static final String MAIN = "io.forebay.gateway.Main";
    private static final String HEAP = "384m";
    private static final Duration SETTLE_PATIENCE = Duration.ofMinutes(2);
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);

    final int mqttPort = ChildJvm.freePort();
    final int amqpPort = ChildJvm.freePort();
    private final int opsPort = ChildJvm.freePort();
    private final Path directory;
    private ChildJvm gateway;
    private ChildJvm broker;

    Processes(Path directory) throws IOException {
        this.directory = directory;
    }

    void startBroker() throws IOException, InterruptedException {
        broker = child(
                List.of(),
                HEAP,
                "broker",
                Map.of(),
                "broker",
                "--port",
                Integer.toString(amqpPort),
                "--data-dir",
                directory.resolve("broker").toString());
        awaitBroker();
    }

    void startGateway() throws IOException, InterruptedException {
        startGateway(List.of(), directory.resolve("gateway"), amqpPort, Map.of());
    }

    void startGateway(List<String> prefix, Path dataDir, int bridgeTo, Map<String, String> settings)
            throws IOException, InterruptedException {
        startGateway(prefix, HEAP, dataDir, bridgeTo, settings);
    }

    /** @param prefix a command that runs the gateway's */
    void startGateway(List<String> prefix, String heap, Path dataDir, int bridgeTo, Map<String, String> settings)
            throws IOException, InterruptedException {
        Map<String, String> environment =
                new HashMap<>(RunningGateway.environment(dataDir, mqttPort, 1, opsPort, settings));
        environment.put("FOREBAY_AMQP_HOST", "127.0.0.1");
        environment.put("FOREBAY_AMQP_PORT", Integer.toString(bridgeTo));
        environment.put("FOREBAY_AMQP_RECONNECT_MAX_MS", "1000");
        gateway = child(prefix, heap, "gateway", environment, "run");
        ops().awaitReady(START_PATIENCE);
    }

    void killGateway() throws InterruptedException {
        gateway.kill();
    }

    /** SIGSTOP, and SIGCONT so much later. */
    void stopGatewayFor(int seconds) throws IOException, InterruptedException {
        gateway.signal("STOP");
        try {
            TimeUnit.SECONDS.sleep(seconds); // The fault itself: nothing is waited for.
        } finally {
            gateway.signal("CONT");
        }
    }

    void killBroker() throws InterruptedException {
        broker.kill();
    }

    /** SIGTERM. @return the exit code */
    int terminateGateway() throws InterruptedException {
        return gateway.terminate();
    }

    boolean gatewayIsAlive() {
        return gateway.isAlive();
    }

    /** A fleet against the gateway and a consumer at the broker, until all has arrived. Blocks. */
    Report simulate(FleetLoad load) {
        return Simulation.run(
                new SimulationConfig(
                        MqttTarget.of("127.0.0.1", mqttPort),
                        AmqpTarget.of("127.0.0.1", amqpPort, "uplink"),
                        load,
                        SETTLE_PATIENCE),
                ProgressListener.SILENT);
    }

    /** CPU time that the broker has used, microseconds. */
    long brokerCpuMicros() {
        return broker.cpuMicros();
    }

    OpsClient ops() {
        return new OpsClient(opsPort);
    }

    private ChildJvm child(
            List<String> prefix, String heap, String name, Map<String, String> environment, String... arguments)
            throws IOException {
        return ChildJvm.start(
                prefix,
                MAIN,
                List.of("-Xmx" + heap, "-XX:TieredStopAtLevel=1"),
                List.of(arguments),
                environment,
                directory.resolve(name + ".log"));
    }

    private void awaitBroker() throws IOException, InterruptedException {
        long giveUpAt = System.nanoTime() + START_PATIENCE.toNanos();
        while (true) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), amqpPort).close();
                return;
            } catch (IOException notYet) {
                if (!broker.isAlive() || System.nanoTime() > giveUpAt) {
                    throw new IOException("the broker did not start, see " + directory.resolve("broker.log"), notYet);
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    @Override
    public void close() {
        if (gateway != null) {
            gateway.close();
        }
        if (broker != null) {
            broker.close();
        }
    }
}
