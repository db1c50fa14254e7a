package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.forebay.gateway.bench.ChildJvm;
import io.forebay.gateway.tools.LogCommand;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What an operator finds out about a directory that a gateway has left. */
class LogCommandIT {
    private static final int EACH = 20;

    @TempDir
    Path temporary;

    private int exitCode;

    /** A gateway takes messages of two devices, and its broker is not there. */
    private Path leftByAGateway() throws IOException {
        Path data = temporary.resolve("data");
        try (RunningGateway gateway = RunningGateway.start(data, brokerAway())) {
            publish(gateway, "c1", "site/1/t");
            publish(gateway, "c2", "site/2/t");
        }
        return data;
    }

    private static Map<String, String> brokerAway() throws IOException {
        return Map.of("FOREBAY_AMQP_HOST", "127.0.0.1", "FOREBAY_AMQP_PORT", Integer.toString(ChildJvm.freePort()));
    }

    private static void publish(RunningGateway gateway, String client, String topic) {
        Mqtt5BlockingClient device = Mqtt5Client.builder()
                .identifier(client)
                .serverHost("127.0.0.1")
                .serverPort(gateway.mqttPort)
                .buildBlocking();
        device.connect();
        for (int i = 0; i < EACH; i++) {
            device.publishWith()
                    .topic(topic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload((client + "-" + i + "-" + "x".repeat(200)).getBytes(StandardCharsets.UTF_8))
                    .send();
        }
        device.disconnect();
    }

    private String log(String... arguments) {
        StringWriter out = new StringWriter();
        exitCode = new CommandLine(new LogCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(new StringWriter()))
                .execute(arguments);
        return out.toString();
    }

    private List<JsonObject> dump(String... arguments) {
        String[] all = Stream.concat(Stream.of("dump"), Stream.of(arguments)).toArray(String[]::new);
        return log(all).lines().map(JsonObject::new).toList();
    }

    @Test
    void aDumpHasEachMessageOnceAndTheFiltersTakeTheirPart() throws IOException {
        String data = leftByAGateway().toString();

        List<JsonObject> all = dump(data, "--payload", "text");
        assertEquals(0, exitCode);
        assertEquals(2 * EACH, all.size());
        assertEquals("c1-0-" + "x".repeat(200), all.get(0).getString("payload"));
        assertEquals("site/2/t", all.get(2 * EACH - 1).getString("topic"));

        assertEquals(EACH, dump(data, "--client-id", "c2").size());
        assertEquals(EACH, dump(data, "--topic", "site/1/#").size());
        assertEquals(3, dump(data, "--client-id", "c2", "--limit", "3").size());
        String position = all.get(5).getString("position");
        assertEquals(position, dump(data, "--from", position).get(0).getString("position"));
        assertEquals(5, dump(data, "--to", position).size());
        assertEquals(List.of(), dump(data, "--from", position, "--to", position));
        assertEquals(2, exitCode);
        assertEquals(List.of(), dump(data, "--from", "1h", "--to", "2h"));
        assertEquals(2, exitCode);
        String arrived = all.get(2 * EACH - 1).getString("arrived");
        assertTrue(dump(data, "--to", arrived).size() < 2 * EACH);
        assertTrue(dump(data, "--from", arrived).size() > 0);
        assertTrue(dump(data, "--control").stream()
                .anyMatch(record -> record.getString("kind").equals("snapshot")));
    }

    @Test
    void statsCountByClientAndTopicAndWhatIsSettled() throws IOException {
        Path data = leftByAGateway();

        JsonObject stats = new JsonObject(log("stats", data.toString(), "--top", "1"));

        assertEquals(0, exitCode);
        assertEquals(2 * EACH, stats.getInteger("messages"));
        assertEquals(2 * EACH, stats.getInteger("unsettled"));
        assertEquals(2, stats.getJsonObject("clients").getInteger("different"));
        assertEquals(1, stats.getJsonObject("topics").getJsonArray("busiest").size());
    }

    @Test
    void damageIsFoundAndARepairedCopyDeliversAllTheRest() throws Exception {
        Path data = leftByAGateway();
        assertTrue(log("verify", data.toString()).contains("all is sound"));
        assertEquals(0, exitCode);
        damage(data, "c1-7-");

        String verdict = log("verify", data.toString());
        assertEquals(1, exitCode);
        assertTrue(verdict.contains("DAMAGE 00000001"), verdict);

        Path repaired = temporary.resolve("repaired");
        log("repair", data.toString(), "--into", repaired.toString());
        assertEquals(0, exitCode);
        log("verify", repaired.toString());
        assertEquals(0, exitCode);
        int left = dump(repaired.toString()).size();
        assertTrue(left < 2 * EACH && left > EACH, left + " are left");
        try (RunningGateway gateway = RunningGateway.start(repaired);
                JmsConsumer consumer = new JmsConsumer(gateway.amqpPort, "uplink")) {
            assertEquals(left, consumer.receive(left).size());
        }
    }

    /** Zeros a part of the message whose payload begins like this. */
    private static void damage(Path data, String payload) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("log"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".cq4")).toList()) {
                int at = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf(payload);
                if (at >= 0) {
                    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                        bytes.seek(at);
                        bytes.write(new byte[100]);
                    }
                }
            }
        }
    }

    @Test
    void aRunningGatewayIsReadAndNotRepairedAndARangeIsExported() throws Exception {
        Path data = temporary.resolve("data");
        try (RunningGateway gateway = RunningGateway.start(data, brokerAway())) {
            publish(gateway, "c1", "t");

            assertEquals(EACH, dump(data.toString()).size());
            assertTrue(log("verify", data.toString()).contains("A gateway runs here"));
            assertEquals(0, exitCode);
            log("repair", data.toString(), "--in-place");
            assertTrue(exitCode != 0);

            Path part = temporary.resolve("part");
            log("export", data.toString(), "--into", part.toString(), "--client-id", "c1");
            assertEquals(2, exitCode, "not only c1 would be there");
            log("export", data.toString(), "--into", part.toString());
            assertEquals(0, exitCode);
            assertEquals(EACH, dump(part.toString()).size());
            Path file = temporary.resolve("messages.ndjson");
            log("export", data.toString(), "--ndjson", file.toString(), "--limit", "5");
            assertEquals(5, Files.readAllLines(file).size());
            publish(gateway, "c1", "t");
            assertEquals(2 * EACH, dump(data.toString()).size());
        }
    }
}
