package io.forebay.gateway.e2e;

import io.forebay.gateway.Gateway;
import io.forebay.gateway.bench.ChildJvm;
import io.forebay.gateway.bench.OpsClient;
import io.forebay.gateway.config.GatewayConfig;
import io.forebay.storage.Message;
import io.forebay.storage.MessageLog;
import io.forebay.storage.MessageLog.Appended;
import io.forebay.storage.chronicle.ChronicleMessageLog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How long a gateway takes to start with nothing to carry and with a backlog of many gigabytes, and what it has on the heap
 * then and while the first messages are carried. For a person to run; arguments: gigabytes, messages to carry. Needs so much
 * space in the directory for temporary files, and what is carried once more.
 */
final class BacklogStartBenchmark {
    private static final int CLIENTS = 1_000;
    private static final int PAYLOAD_BYTES = 4_000;
    private static final int AT_ONCE = 5_000;

    private BacklogStartBenchmark() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("start")) {
            start(Path.of(args[1]), Integer.parseInt(args[2]), Long.parseLong(args[3]));
            return;
        }
        Path directory = Files.createTempDirectory("replay-backlog");
        try (Processes processes = new Processes(directory)) {
            fill(directory.resolve("full"), Long.parseLong(args[0]) << 30);
            // The first one fills the caches of the machine with what a Java process reads.
            startInChild(directory.resolve("first"), directory, 1, 0);
            startInChild(directory.resolve("empty"), directory, 1, 0);
            startInChild(directory.resolve("full"), directory, 1, 0);
            startInChild(directory.resolve("empty"), directory, 1, 0);
            startInChild(directory.resolve("full"), directory, 1, 0);
            processes.startBroker();
            startInChild(directory.resolve("full"), directory, processes.amqpPort, Long.parseLong(args[1]));
        } finally {
            ReplayBenchmark.delete(directory);
        }
        System.exit(0);
    }

    private static GatewayConfig config(Path directory, int amqpPort) throws Exception {
        return GatewayConfig.load(RunningGateway.environment(
                directory,
                ChildJvm.freePort(),
                1,
                ChildJvm.freePort(),
                Map.of(
                        "FOREBAY_LOG_SEGMENT_SIZE", "128 MiB",
                        "FOREBAY_LOG_SIZE_MAX", "100 GiB",
                        "FOREBAY_STORAGE_SIZE_MAX", "100 GiB",
                        "FOREBAY_AMQP_HOST", "127.0.0.1",
                        "FOREBAY_AMQP_PORT", Integer.toString(amqpPort))));
    }

    private static void fill(Path directory, long bytes) throws Exception {
        long began = System.nanoTime();
        long messages = bytes / PAYLOAD_BYTES;
        try (MessageLog log = ChronicleMessageLog.open(
                config(directory, 1).log(), new SimpleMeterRegistry(), Throwable::printStackTrace)) {
            for (long from = 0; from < messages; from += AT_ONCE) {
                List<Future<Appended>> part = new ArrayList<>();
                for (long i = from; i < from + AT_ONCE; i++) {
                    part.add(log.append(message(i)));
                }
                Future.join(part).toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
            }
        }
        System.out.printf("filled with %,d messages in %.0f s%n", messages, (System.nanoTime() - began) / 1e9);
    }

    private static Message message(long number) {
        String client = "c" + number % CLIENTS;
        return new Message(
                System.currentTimeMillis(),
                client,
                "t/" + client,
                1,
                false,
                false,
                5,
                1,
                new byte[0],
                new byte[PAYLOAD_BYTES]);
    }

    private static void startInChild(Path dataDir, Path directory, int amqpPort, long messages) throws Exception {
        Path output = directory.resolve("output");
        Files.deleteIfExists(output);
        try (ChildJvm child = ChildJvm.start(
                List.of(),
                BacklogStartBenchmark.class.getName(),
                List.of("-Xmx384m"),
                List.of("start", dataDir.toString(), Integer.toString(amqpPort), Long.toString(messages)),
                Map.of(),
                output)) {
            while (child.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
        try (Stream<String> lines = Files.lines(output)) {
            lines.filter(line -> line.startsWith("#") || line.contains("Exception") || line.contains("ERROR"))
                    .forEach(System.out::println);
        }
    }

    private static void start(Path dataDir, int amqpPort, long messages) throws Exception {
        GatewayConfig config = config(dataDir, amqpPort);
        long began = System.nanoTime();
        Gateway gateway = Gateway.start(config, Throwable::printStackTrace);
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf("# %s: started in %.2f s, %d MiB on the heap%n", dataDir.getFileName(), seconds, usedMiB());
        OpsClient ops = new OpsClient(config.ops().port());
        long most = 0;
        double carried = 0;
        long drainBegan = System.nanoTime();
        while (carried < messages) {
            TimeUnit.MILLISECONDS.sleep(500);
            most = Math.max(most, usedMiB());
            carried = ops.meter("forebay_bridge_outcomes_total");
        }
        if (messages > 0) {
            System.out.printf(
                    "# %,.0f carried in %.1f s, at most %d MiB on the heap meanwhile%n",
                    carried, (System.nanoTime() - drainBegan) / 1e9, most);
        }
        System.out.flush();
        boolean clean = gateway.stop();
        System.exit(clean ? 0 : 1);
    }

    private static long usedMiB() {
        System.gc();
        return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20;
    }
}
