package io.forebay.gateway.bench;

import io.forebay.simulator.AmqpTarget;
import io.forebay.simulator.DrainCounter;
import io.forebay.simulator.LoadConfig;
import io.forebay.simulator.LoadGenerator;
import io.forebay.simulator.LoadResult;
import io.forebay.simulator.MqttTarget;
import io.forebay.simulator.SimulationException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code forebay bench}: QoS 1 into the log with the broker away, then all the way through. */
@Command(
        name = "bench",
        description = {
            "Measures messages per second, CPU per message and fdatasyncs of a gateway in a process of its own:",
            "into the log with the broker away, then from MQTT to an AMQP consumer. Uses ports that are free."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {TlsBenchCommand.class, TlsServerCommand.class})
public final class BenchCommand implements Callable<Integer> {
    private static final String MAIN = "io.forebay.gateway.Main";
    private static final Duration READY = Duration.ofSeconds(60);
    private static final Duration IDLE = Duration.ofSeconds(20);

    @Option(names = "--connections", defaultValue = "100", description = "MQTT connections (${DEFAULT-VALUE})")
    private int connections;

    @Option(names = "--window", defaultValue = "64", description = "unacknowledged messages of each (${DEFAULT-VALUE})")
    private int window;

    @Option(names = "--topics", defaultValue = "20", description = "topics of each connection (${DEFAULT-VALUE})")
    private int topics;

    @Option(names = "--size", defaultValue = "200", description = "payload bytes (${DEFAULT-VALUE})")
    private int size;

    @Option(names = "--warm-up", defaultValue = "15", description = "seconds before it counts (${DEFAULT-VALUE})")
    private int warmUpSeconds;

    @Option(names = "--seconds", defaultValue = "10", description = "seconds that count (${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--data-dir",
            description = "keeps logs and data here (without: a temporary directory that is deleted)")
    private Path dataDir;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (dataDir == null) {
            dataDir = ScratchDirectory.make("forebay-bench-");
        }
        System.out.printf(
                "QoS 1, %d bytes, %d connections with %d topics each, %d unacknowledged each; %d cores for gateway, broker"
                        + " and load together.%nData in %s meanwhile.%n%n",
                size, connections, topics, window, Runtime.getRuntime().availableProcessors(), dataDir);
        System.out.printf(
                "%-34s %12s %14s %12s %14s  %s%n",
                "", "messages/s", "CPU us/message", "fdatasyncs", "messages/sync", "latency to PUBACK");
        intoTheLog();
        endToEnd();
        return 0;
    }

    private void intoTheLog() throws IOException, InterruptedException {
        int mqttPort = ChildJvm.freePort();
        int opsPort = ChildJvm.freePort();
        try (ChildJvm gateway = gateway("log", mqttPort, ChildJvm.freePort(), opsPort)) {
            OpsClient ops = new OpsClient(opsPort);
            ops.awaitReady(READY);
            LoadResult unused = LoadGenerator.run(load(mqttPort, warmUpSeconds));
            Sample before = Sample.take(gateway, ops);
            LoadResult result = LoadGenerator.run(load(mqttPort, seconds));
            Sample.take(gateway, ops)
                    .print(
                            "MQTT to log, broker away",
                            before,
                            result.publishedInAll(),
                            result.acknowledgedPerSecond(),
                            result);
        }
    }

    private void endToEnd() throws IOException, InterruptedException {
        int mqttPort = ChildJvm.freePort();
        int amqpPort = ChildJvm.freePort();
        int opsPort = ChildJvm.freePort();
        try (ChildJvm broker = child(
                        "broker",
                        Map.of(),
                        "broker",
                        "--port",
                        "" + amqpPort,
                        "--data-dir",
                        dataDir.resolve("broker").toString());
                ChildJvm gateway = gateway("end-to-end", mqttPort, amqpPort, opsPort);
                DrainCounter consumer = consumer(amqpPort)) {
            OpsClient ops = new OpsClient(opsPort);
            ops.awaitReady(READY);
            LoadResult warm = LoadGenerator.run(load(mqttPort, warmUpSeconds));
            long expected = consumer.waitFor(warm.publishedInAll(), IDLE).messages();
            Sample before = Sample.take(gateway, ops);
            long startNanos = System.nanoTime();
            LoadResult result = LoadGenerator.run(load(mqttPort, seconds));
            expected += result.publishedInAll();
            long arrived = consumer.waitFor(expected, IDLE).messages();
            double elapsed = (System.nanoTime() - startNanos) / 1e9;
            Sample.take(gateway, ops)
                    .print(
                            "MQTT to log to AMQP consumer",
                            before,
                            result.publishedInAll(),
                            result.publishedInAll() / elapsed,
                            result);
            if (arrived < expected) {
                System.out.printf(
                        "%d messages had not arrived when nothing moved for %d s.%n",
                        expected - arrived, IDLE.toSeconds());
            }
            if (!broker.isAlive()) {
                System.out.println("The broker died: see broker.log.");
            }
        }
    }

    /** @param cpuMicros of the gateway's process, which has the log and the bridge and nothing else */
    private record Sample(long cpuMicros, double syncs) {
        static Sample take(ChildJvm gateway, OpsClient ops) throws IOException, InterruptedException {
            return new Sample(gateway.cpuMicros(), ops.meter("forebay_log_sync_seconds_count"));
        }

        void print(String what, Sample before, long messages, double perSecond, LoadResult result) {
            double syncCount = syncs - before.syncs;
            System.out.printf(
                    "%-34s %,12.0f %14.2f %,12.0f %14.1f  %s%n",
                    what,
                    perSecond,
                    (double) (cpuMicros - before.cpuMicros) / messages,
                    syncCount,
                    messages / syncCount,
                    result.latency());
        }
    }

    private LoadConfig load(int mqttPort, int durationSeconds) {
        return new LoadConfig(
                MqttTarget.of("127.0.0.1", mqttPort),
                connections,
                topics,
                window,
                size,
                Duration.ZERO,
                Duration.ofSeconds(durationSeconds));
    }

    private ChildJvm gateway(String name, int mqttPort, int amqpPort, int opsPort) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("FOREBAY_DATA_DIR", dataDir.resolve(name).toString());
        environment.put("FOREBAY_MQTT_PORT", Integer.toString(mqttPort));
        environment.put("FOREBAY_AMQP_HOST", "127.0.0.1");
        environment.put("FOREBAY_AMQP_PORT", Integer.toString(amqpPort));
        environment.put("FOREBAY_OPS_PORT", Integer.toString(opsPort));
        return child(name, environment, "run");
    }

    private ChildJvm child(String name, Map<String, String> environment, String... arguments) throws IOException {
        return ChildJvm.start(
                List.of(), MAIN, List.of("-Xmx1g"), List.of(arguments), environment, dataDir.resolve(name + ".log"));
    }

    private static DrainCounter consumer(int amqpPort) throws IOException, InterruptedException {
        long giveUpAt = System.nanoTime() + READY.toNanos();
        while (true) {
            try {
                return DrainCounter.open(AmqpTarget.of("127.0.0.1", amqpPort, "uplink"));
            } catch (SimulationException notYet) {
                if (System.nanoTime() > giveUpAt) {
                    throw new IOException("The broker did not start: see broker.log.", notYet);
                }
                Thread.sleep(200);
            }
        }
    }
}
