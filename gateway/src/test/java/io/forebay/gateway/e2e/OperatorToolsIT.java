package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.forebay.bridge.amqp.StubAmqpPeer;
import io.forebay.bridge.amqp.StubAmqpPeer.Verdict;
import io.forebay.gateway.tools.QuarantineCommand;
import io.forebay.gateway.tools.WhereCommand;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.qpid.proton.amqp.Symbol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What an operator asks a gateway and its directory: what is in the quarantine, and where a message is. */
class OperatorToolsIT {
    @TempDir
    Path data;

    private final StubAmqpPeer broker = new StubAmqpPeer();
    private volatile boolean strict = true;
    private int exitCode;
    private String told;

    @AfterEach
    void stop() {
        broker.close();
    }

    /** Its broker rejects what begins with "bad", as long as it is strict, and never answers what begins with "stuck". */
    private RunningGateway start() throws Exception {
        if (broker.port() == 0) {
            broker.judge(transfer -> transfer.text().startsWith("stuck")
                            ? Verdict.IGNORE
                            : strict && transfer.text().startsWith("bad") ? Verdict.REJECT : Verdict.ACCEPT)
                    .listen();
        }
        return RunningGateway.start(
                data,
                Map.of(
                        "FOREBAY_AMQP_HOST", "localhost",
                        "FOREBAY_AMQP_PORT", Integer.toString(broker.port()),
                        "FOREBAY_AMQP_REJECTED_RETRIES", "0"));
    }

    private static void publish(RunningGateway gateway, String client, String topic, String... payloads) {
        Mqtt5BlockingClient device = Mqtt5Client.builder()
                .identifier(client)
                .serverHost("127.0.0.1")
                .serverPort(gateway.mqttPort)
                .buildBlocking();
        device.connect();
        for (String payload : payloads) {
            device.publishWith()
                    .topic(topic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(payload.getBytes(StandardCharsets.UTF_8))
                    .send();
        }
        device.disconnect();
    }

    private List<JsonObject> quarantine(String... arguments) {
        return run(new CommandLine(new QuarantineCommand()), arguments);
    }

    private List<JsonObject> where(String... arguments) {
        return run(new CommandLine(new WhereCommand()), arguments);
    }

    private List<JsonObject> run(CommandLine command, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        exitCode = command.setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(Stream.concat(Stream.of(arguments), Stream.of("--data-dir", data.toString()))
                        .toArray(String[]::new));
        told = err.toString();
        boolean pretty = arguments.length > 0 && arguments[0].equals("show");
        return pretty && exitCode == 0
                ? List.of(new JsonObject(out.toString()))
                : out.toString().lines().map(JsonObject::new).toList();
    }

    private static void eventually(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!holds.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not in time: " + what);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static List<String> all(List<JsonObject> lines, String field) {
        return lines.stream().map(line -> line.getString(field)).toList();
    }

    @Test
    void whatTheBrokerRejectedGoesAgainInItsOrderWhenSomebodySaysSo() throws Exception {
        try (RunningGateway gateway = start()) {
            publish(gateway, "c1", "t/1", "ok-1", "bad-2", "bad-3", "ok-4");
            publish(gateway, "c2", "t/2", "bad-1");
            eventually("quarantine", () -> quarantine("list").size() == 3);
            broker.await("what is good has not waited for what is bad", () -> broker.acceptedCount() == 2);

            List<JsonObject> kept = quarantine("list", "--client-id", "c1", "--payload", "text");
            assertEquals(List.of("bad-2", "bad-3"), all(kept, "payload"));
            String id = kept.get(0).getString("id");
            assertEquals(
                    "bad-2", quarantine("show", id, "--payload", "text").get(0).getString("payload"));
            assertEquals(3, quarantine("list").size());
            assertEquals(
                    List.of("bad-3"),
                    all(
                            quarantine(
                                    "list",
                                    "--payload",
                                    "text",
                                    "--client-id",
                                    "c1",
                                    "--from",
                                    kept.get(1).getString("id")),
                            "payload"));
            assertEquals(
                    List.of("bad-2"),
                    all(
                            quarantine(
                                    "list",
                                    "--payload",
                                    "text",
                                    "--to",
                                    kept.get(1).getString("id")),
                            "payload"));
            assertEquals(3, quarantine("list", "--from", "1h").size());
            assertEquals(0, quarantine("list", "--to", "1h").size());

            List<JsonObject> again = quarantine("redrive", "--all");
            assertEquals(1, exitCode);
            assertEquals(List.of("rejected", "rejected", "rejected"), all(again, "outcome"), told);
            assertEquals(2, quarantine("show", id).get(0).getInteger("attempts"));
            assertEquals("quarantined after 2", ending(id));

            strict = false;
            assertEquals(List.of("accepted", "accepted"), all(quarantine("redrive", "--lane", "c1", "t/1"), "outcome"));
            assertEquals(0, exitCode, told);
            List<StubAmqpPeer.Transfer> taken = broker.accepted();
            assertEquals(
                    List.of("ok-1", "ok-4", "bad-2", "bad-3"),
                    taken.stream().map(StubAmqpPeer.Transfer::text).toList());
            assertTrue(taken.get(2).id().endsWith("-" + id), taken.get(2).id());
            assertEquals(
                    List.of(1L, 4L, 2L, 3L),
                    taken.stream().map(OperatorToolsIT::sequence).toList());
            assertEquals("redriven after 3", ending(id));
            List<JsonObject> left = quarantine("list");
            assertEquals(1, left.size());
            String last = left.get(0).getString("id");

            quarantine("discard", "--all");
            assertEquals(2, exitCode);
            assertTrue(told.contains("--yes"), told);
            assertEquals(1, quarantine("discard", "--all", "--yes").size());
            assertEquals(List.of(), quarantine("list"));
            assertEquals("discarded after 2", ending(last));
            quarantine("discard", id);
            assertEquals(1, exitCode);
        }
    }

    /** How a message has ended, as its operator is told. */
    private String ending(String id) {
        JsonObject bridge = where("--message-id", id).get(0).getJsonObject("bridge");
        assertEquals(
                bridge.getString("outcome").equals("quarantined"), bridge.containsKey("quarantined"), bridge.encode());
        return bridge.getString("outcome") + " after " + bridge.getInteger("attempts");
    }

    private static long sequence(StubAmqpPeer.Transfer transfer) {
        Object number =
                transfer.message().getMessageAnnotations().getValue().get(Symbol.valueOf("x-opt-forebay-sequence"));
        return Long.parseLong(number.toString());
    }

    @Test
    void theQuarantineOfAStoppedGatewayIsOpenedWhereItLies() throws Exception {
        try (RunningGateway gateway = start()) {
            publish(gateway, "c1", "t/1", "bad-1", "bad-2");
            eventually("quarantine", () -> quarantine("list").size() == 2);
        }

        List<JsonObject> kept = quarantine("list");
        assertEquals(2, kept.size(), told);
        assertEquals(1, quarantine("discard", kept.get(0).getString("id")).size());
        assertEquals(List.of(kept.get(1)), quarantine("list"));
        quarantine("redrive", "--all");
        assertTrue(exitCode != 0 && told.contains("No gateway runs"), told);
        JsonObject found = where("--client-id", "c1").get(1);
        assertTrue(found.getJsonObject("bridge").containsKey("quarantined"), found.encode());
        assertTrue(found.getJsonObject("bridge").getBoolean("settled"), found.encode());

        Files.writeString(data.resolve("state").resolve("tables").resolve("CURRENT"), "damaged");
        JsonObject without = where("--client-id", "c1").get(1).getJsonObject("bridge");
        assertTrue(without.getString("remark").contains("the state cannot be read"), without.encode());
        assertTrue(without.getBoolean("settled"), without.encode());
    }

    @Test
    void aMessageIsFollowedFromTheLogToTheBroker() throws Exception {
        try (RunningGateway gateway = start()) {
            publish(gateway, "c1", "t/1", "ok-1");
            publish(gateway, "c2", "t/2", "stuck-1", "ok-2");
            eventually("it is settled", () -> bridge("c1").getBoolean("settled", false));
            eventually("it is sent", () -> "with-broker".equals(bridge("c2").getString("state")));

            JsonObject stuck = where("--topic", "t/2", "--at", Instant.now().toString(), "--within", "1h")
                    .get(0);
            assertEquals("c2", stuck.getString("client-id"));
            assertEquals(1, stuck.getJsonObject("bridge").getInteger("attempts"));
            assertEquals("synced", stuck.getJsonObject("bridge").getString("ack-level"));
            assertFalse(stuck.getJsonObject("bridge").getBoolean("settled"));
            assertEquals(2, where("--client-id", "c2").size());

            publish(gateway, "c3", "t/3", "bad-1");
            eventually(
                    "it is quarantined", () -> "quarantined".equals(bridge("c3").getString("outcome")));
            assertEquals(1, bridge("c3").getInteger("attempts"));
            assertTrue(bridge("c3").containsKey("settled-at"), bridge("c3").encode());
            eventually("there is a sample", () -> bridge("c1").containsKey("settled-by"));

            JsonObject settled = where("--client-id", "c1").get(0);
            assertEquals("accepted", settled.getJsonObject("bridge").getString("outcome"));
            assertEquals(1, settled.getJsonObject("bridge").getInteger("attempts"));
            String messageId = broker.accepted().get(0).id();
            assertEquals(settled, where("--message-id", messageId).get(0));
            assertEquals(
                    1,
                    where(
                                    "--client-id",
                                    "c1",
                                    "--packet-id",
                                    settled.getInteger("packet-id").toString())
                            .size());
            assertEquals(List.of(), where("--client-id", "c1", "--at", Instant.EPOCH.toString()));
            assertEquals(1, exitCode);
            assertTrue(told.contains("The log holds no such message"), told);
            where("--message-id", "00000000-" + settled.getString("position"));
            assertTrue(told.contains("another gateway"), told);
        }

        assertFalse(bridge("c2").getBoolean("settled"));
        assertFalse(bridge("c2").getBoolean("running"));
        assertTrue(bridge("c1").containsKey("settled-by"), bridge("c1").encode());
        assertTrue(
                bridge("c1").getString("remark").contains("not known any more"),
                bridge("c1").encode());
    }

    private JsonObject bridge(String clientId) {
        return where("--client-id", clientId).get(0).getJsonObject("bridge");
    }
}
