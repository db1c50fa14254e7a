package io.forebay.gateway.e2e;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.forebay.bridge.amqp.StubAmqpPeer;
import io.forebay.bridge.amqp.StubAmqpPeer.Verdict;
import io.forebay.gateway.tools.QuarantineCommand;
import io.forebay.storage.LogConfig;
import io.forebay.storage.Message;
import io.forebay.storage.chronicle.ChronicleMessageLog;
import io.forebay.storage.encryption.Keyring;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import picocli.CommandLine;

/**
 * A data directory with something of each kind that outlives a gateway. {@link #main} makes one of today's format, to be kept
 * beside {@link #KEPT} when a format changes; {@link GoldenDirectoryIT} opens what is kept.
 */
final class GoldenDirectory {
    /** Made in November 2026: records of version 1 and 2, state of format 1. */
    static final String KEPT = "/golden/data-2026-11.zip";

    private static final long FOR_EVER_S = 2_000_000_000;
    private static final int RECORD_BYTES_MAX = 1 << 20;

    private final Path data;
    private final String key;

    /** @param key what it is encrypted with, in Base64; empty for not at all */
    GoldenDirectory(Path data, String key) {
        this.data = data;
        this.key = key;
    }

    /** Argument: the file to be made. */
    public static void main(String[] args) throws Exception {
        Path work = Files.createTempDirectory("golden");
        Path made = new GoldenDirectory(work.resolve("data"), "").write(work.resolve("left"));
        zip(made, Path.of(args[0]));
        System.out.println(args[0] + ": " + Files.size(Path.of(args[0])) + " bytes");
        System.exit(0);
    }

    /** @return what a killed process has left, at {@code left} */
    Path write(Path left) throws Exception {
        writeBeforeThereWasState();
        runAGateway();
        try (ChronicleMessageLog log = log()) {
            await(log.append(message("late", 1, 1, "golden/queue/1", "late-1")));
            await(log.append(message("late", 1, 2, "golden/queue/1", "late-2")));
            copy(data, left);
        }
        return left;
    }

    private void writeBeforeThereWasState() throws Exception {
        try (ChronicleMessageLog log = log()) {
            await(log.openSession("packet-ids", true, FOR_EVER_S));
            await(log.append(message("packet-ids", 2, 7, "golden/log", "qos2-7")));
            await(log.append(message("packet-ids", 2, 8, "golden/log", "qos2-8")));
            await(log.release("packet-ids", 8));
            await(log.closeSession("packet-ids", FOR_EVER_S));
            await(log.openSession("ended", true, 100));
            await(log.closeSession("ended", 0));
            await(log.append(message("named", 1, 1, "golden/log", "named-1").withUsername("someone")));
            await(log.append(new Message(
                    1, "from", "golden/log", 1, false, false, Message.FROM_AMQP, 0, new byte[0], bytes("command-1"))));
        }
    }

    ChronicleMessageLog log() {
        LogConfig config = new LogConfig(
                data,
                LogConfig.segmentBytesMin(RECORD_BYTES_MAX),
                1L << 30,
                0,
                RECORD_BYTES_MAX,
                1_000,
                16 << 20,
                1_000);
        return ChronicleMessageLog.open(
                key.isEmpty() ? config : config.withKeys(keys()), new SimpleMeterRegistry(), fault -> {
                    throw new AssertionError(fault);
                });
    }

    Path data() {
        return data;
    }

    Keyring keys() {
        return key.isEmpty() ? Keyring.NONE : Keyring.parse(List.of(key));
    }

    static Message message(String client, int qos, int packetId, String topic, String payload) {
        return new Message(1, client, topic, qos, false, false, 5, packetId, new byte[0], bytes(payload));
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Its broker rejects what is bad, and says nothing about what is stuck. */
    private void runAGateway() throws Exception {
        try (StubAmqpPeer broker = new StubAmqpPeer()
                        .judge(transfer -> transfer.text().startsWith("bad")
                                ? Verdict.REJECT
                                : transfer.text().startsWith("stuck") ? Verdict.IGNORE : Verdict.ACCEPT)
                        .listen();
                RunningGateway gateway = start(broker)) {
            sleeper(gateway, "sleeper", "golden/queue/+");
            sleeper(gateway, "member", "$share/group/golden/shared");
            dying(gateway);
            publish(gateway, "golden/queue/1", "m-1", "m-2", "m-3");
            publish(gateway, "golden/shared", "shared-1");
            publish(gateway, "golden/bad", "bad-1");
            publish(gateway, "golden/stuck", "stuck-1");
            Mqtt5BlockingClient writer = connected(gateway, "writer");
            writer.publishWith()
                    .topic("golden/kept")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .retain(true)
                    .payload(bytes("kept"))
                    .send();
            writer.disconnect();
            broker.await("all is sent", () -> broker.acceptedCount() == 8 && broker.transfers() >= 10);
            while (!quarantine("list").contains("\"condition\"")) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /** A gateway on this directory that forgets nothing for its age. */
    RunningGateway start(StubAmqpPeer broker) throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of(
                "FOREBAY_AMQP_HOST", "localhost",
                "FOREBAY_AMQP_PORT", Integer.toString(broker.port()),
                "FOREBAY_AMQP_REJECTED_RETRIES", "0",
                "FOREBAY_AMQP_SEQUENCE_IDLE_DAYS", "20000",
                "FOREBAY_LOG_SEGMENT_SIZE", "8 MiB",
                "FOREBAY_LOG_RETAIN_FOR", "3000d",
                "FOREBAY_MQTT_PACKET_BYTES_MAX", "1 MiB",
                "FOREBAY_MQTT_SESSION_EXPIRY_MAX_S", Long.toString(FOR_EVER_S),
                "FOREBAY_SESSIONS_QUEUE_AGE_MAX_S", Long.toString(FOR_EVER_S)));
        if (!key.isEmpty()) {
            settings.put("FOREBAY_LOG_ENCRYPTION_KEY", key);
        }
        return RunningGateway.start(data, settings);
    }

    private static Mqtt5BlockingClient client(RunningGateway gateway, String id) {
        return Mqtt5Client.builder()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(gateway.mqttPort)
                .buildBlocking();
    }

    /** One that leaves no session behind. */
    static Mqtt5BlockingClient connected(RunningGateway gateway, String id) {
        Mqtt5BlockingClient client = client(gateway, id);
        client.connectWith().cleanStart(true).sessionExpiryInterval(0).send();
        return client;
    }

    private static void sleeper(RunningGateway gateway, String id, String filter) {
        Mqtt5BlockingClient client = client(gateway, id);
        client.connectWith().cleanStart(true).sessionExpiryInterval(FOR_EVER_S).send();
        client.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send();
        client.disconnect();
    }

    /** Its will waits for longer than anybody. */
    private static void dying(RunningGateway gateway) {
        Mqtt5BlockingClient client = client(gateway, "dying");
        client.connectWith()
                .cleanStart(true)
                .sessionExpiryInterval(FOR_EVER_S)
                .willPublish()
                .topic("golden/will")
                .payload(bytes("will"))
                .delayInterval(FOR_EVER_S)
                .applyWillPublish()
                .send();
        client.disconnectWith()
                .reasonCode(Mqtt5DisconnectReasonCode.DISCONNECT_WITH_WILL_MESSAGE)
                .send();
    }

    static void publish(RunningGateway gateway, String topic, String... payloads) {
        Mqtt5BlockingClient writer = connected(gateway, "writer");
        for (String payload : payloads) {
            writer.publishWith()
                    .topic(topic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(bytes(payload))
                    .send();
        }
        writer.disconnect();
    }

    /** What the command prints. */
    String quarantine(String... arguments) {
        StringWriter out = new StringWriter();
        int unused = new CommandLine(new QuarantineCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(new StringWriter()))
                .execute(Stream.concat(Stream.of(arguments), Stream.of("--data-dir", data.toString()))
                        .toArray(String[]::new));
        return out.toString();
    }

    /** Without what only a running process has, and what an operating system brings with it. */
    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("/native/")
                            && !file.getFileName().toString().matches("lock|LOCK|LOG.*"))
                    .sorted()
                    .toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            try {
                Files.copy(file, target);
            } catch (NoSuchFileException ofASegmentThatIsBeingMade) {
                // A killed process leaves such segments as well.
            }
        }
    }

    private static void zip(Path directory, Path target) throws IOException {
        try (OutputStream out = Files.newOutputStream(target);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.BEST_COMPRESSION);
            for (Path file : files(directory)) {
                zip.putNextEntry(new ZipEntry(directory.relativize(file).toString()));
                long unused = Files.copy(file, zip);
            }
        }
    }

    static void unzip(String resource, Path directory) throws IOException {
        try (InputStream in = GoldenDirectory.class.getResourceAsStream(resource);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = directory.resolve(entry.getName());
                Files.createDirectories(target.getParent());
                long unused = Files.copy(zip, target);
            }
        }
    }
}
