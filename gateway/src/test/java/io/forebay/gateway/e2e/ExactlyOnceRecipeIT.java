package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the consumer that the README shows, as it stands there, while gateway, broker and consumer are killed: QoS 2 into the
 * log and this out of it is exactly once from device to database.
 */
@Timeout(600)
class ExactlyOnceRecipeIT {
    private static final String PYTHON = System.getProperty("forebay.python", "python3");
    private static final long SEED = Long.getLong("forebay.crash.seed", new Random().nextLong());
    private static final int DEVICES = 3;
    private static final int MESSAGES = 400;

    @TempDir
    Path directory;

    private Process consumer;

    private static String recipe() throws IOException {
        Path readme = Path.of("README.md");
        String text =
                Files.readString(Files.exists(readme) ? readme : Path.of("..").resolve(readme));
        Matcher block = Pattern.compile("### Exactly once.*?```python\n(.*?)```", Pattern.DOTALL)
                .matcher(text);
        assertTrue(block.find(), "the README has no recipe");
        return block.group(1);
    }

    private static String python(Path directory, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(PYTHON));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(directory, "python", ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        String text = process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0 ? Files.readString(output) : "";
        process.destroyForcibly();
        return text;
    }

    private static boolean isInstalled(Path directory) throws Exception {
        try {
            return python(directory, "-c", "import proton, sqlite3; print('yes')")
                    .startsWith("yes");
        } catch (IOException noPython) {
            return false;
        }
    }

    private void startConsumer(int port) throws IOException {
        consumer = new ProcessBuilder(
                        PYTHON,
                        directory.resolve("once.py").toString(),
                        "amqp://127.0.0.1:" + port,
                        "uplink",
                        directory.resolve("readings.db").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("once.out").toFile()))
                .start();
    }

    private void killConsumer() throws InterruptedException {
        int unused = consumer.destroyForcibly().waitFor();
    }

    /** Sends all at QoS 2; the client goes on by itself when the connection is lost, and what is unfinished goes on. */
    private static CompletableFuture<?> publishAll(int device, int port) throws Exception {
        Mqtt5AsyncClient client = Mqtt5Client.builder()
                .identifier("d" + device)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .automaticReconnect()
                .initialDelay(100, TimeUnit.MILLISECONDS)
                .maxDelay(500, TimeUnit.MILLISECONDS)
                .applyAutomaticReconnect()
                .buildAsync();
        client.connectWith().cleanStart(false).sessionExpiryInterval(600).send().get(60, TimeUnit.SECONDS);
        CompletableFuture<?> all = CompletableFuture.completedFuture(null);
        for (int i = 0; i < MESSAGES; i++) {
            byte[] payload = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
            all = all.thenCompose(sent -> client.publishWith()
                    .topic("once/" + device)
                    .qos(MqttQos.EXACTLY_ONCE)
                    .payload(payload)
                    .send());
        }
        return all.thenCompose(sent -> client.disconnect());
    }

    private String effect() throws Exception {
        return python(
                directory,
                "-c",
                "import sqlite3, sys\n"
                        + "for row in sqlite3.connect(sys.argv[1], timeout=10).execute("
                        + "\"SELECT topic, group_concat(CAST(value AS TEXT), ' ') FROM"
                        + " (SELECT * FROM readings ORDER BY topic, rowid) GROUP BY topic\"): print(*row)",
                directory.resolve("readings.db").toString());
    }

    private static String wanted() {
        StringBuilder all = new StringBuilder();
        for (int device = 0; device < DEVICES; device++) {
            all.append("once/").append(device);
            IntStream.range(0, MESSAGES).forEach(i -> all.append(' ').append(i));
            all.append('\n');
        }
        return all.toString();
    }

    @Test
    void consumerOfTheReadmeIsExactlyOnceWhoeverIsKilled() throws Exception {
        assumeTrue(isInstalled(directory), "this test needs " + PYTHON + " with python-qpid-proton (-Dforebay.python)");
        System.out.println("ExactlyOnceRecipeIT: -Dforebay.crash.seed=" + SEED);
        Random random = new Random(SEED);
        Files.writeString(directory.resolve("once.py"), recipe());
        try (Processes processes = new Processes(directory)) {
            processes.startBroker();
            processes.startGateway();
            startConsumer(processes.amqpPort);
            List<CompletableFuture<?>> devices = new ArrayList<>();
            for (int device = 0; device < DEVICES; device++) {
                devices.add(publishAll(device, processes.mqttPort));
            }
            for (int round = 0; round < 3; round++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300 + random.nextInt(500)));
                killConsumer();
                startConsumer(processes.amqpPort);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300 + random.nextInt(500)));
                kill(processes, round);
            }
            CompletableFuture.allOf(devices.toArray(CompletableFuture[]::new)).get(240, TimeUnit.SECONDS);
            assertEffect();
        } finally {
            if (consumer != null) {
                killConsumer();
            }
        }
    }

    private static void kill(Processes processes, int round) throws Exception {
        if (round == 1) {
            processes.killBroker();
            processes.startBroker();
        } else {
            processes.killGateway();
            processes.startGateway();
        }
    }

    private void assertEffect() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        String effect = effect();
        while (!effect.equals(wanted()) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(500_000_000);
            effect = effect();
        }
        assertEquals(
                wanted(), effect, "seed " + SEED + ", consumer: " + Files.readString(directory.resolve("once.out")));
    }
}
