package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.forebay.gateway.tools.ReplayCommand;
import io.vertx.amqp.AmqpClient;
import io.vertx.amqp.AmqpClientOptions;
import io.vertx.amqp.AmqpMessage;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command {@code forebay replay}, asked of a whole gateway. */
class ReplayCommandIT {
    private static final Map<String, String> RETAINING = Map.of("FOREBAY_LOG_RETAIN_FOR", "1h");

    @TempDir
    Path directory;

    private String forebayReplay(int exitCode, String... arguments) {
        StringWriter words = new StringWriter();
        CommandLine command = new CommandLine(new ReplayCommand())
                .setOut(new PrintWriter(words, true))
                .setErr(new PrintWriter(words, true))
                .setExecutionExceptionHandler((fault, any, parsed) -> {
                    words.append(fault.getMessage());
                    return 2;
                });
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data-dir", directory.toString()));
        assertEquals(exitCode, command.execute(all.toArray(String[]::new)), words.toString());
        return words.toString();
    }

    private static void publish(RunningGateway gateway, String clientId, int count) {
        Mqtt5BlockingClient device = Mqtt5Client.builder()
                .identifier(clientId)
                .serverHost("127.0.0.1")
                .serverPort(gateway.mqttPort)
                .buildBlocking();
        device.connect();
        for (int i = 0; i < count; i++) {
            device.publishWith()
                    .topic("t/" + clientId)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(Integer.toString(i).getBytes(StandardCharsets.UTF_8))
                    .send();
        }
        device.disconnect();
    }

    private static List<String> receive(RunningGateway gateway, String address, int count) throws Exception {
        Vertx vertx = Vertx.vertx();
        LinkedBlockingQueue<AmqpMessage> arrived = new LinkedBlockingQueue<>();
        AmqpClient.create(vertx, new AmqpClientOptions().setHost("127.0.0.1").setPort(gateway.amqpPort))
                .connect()
                .compose(connection -> connection.createReceiver(address))
                .onSuccess(receiver -> receiver.handler(arrived::add));
        List<String> payloads = new ArrayList<>();
        while (payloads.size() < count) {
            AmqpMessage message = arrived.poll(60, TimeUnit.SECONDS);
            assertTrue(message != null, "only " + payloads);
            payloads.add(message.bodyAsBinary().toString());
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        return payloads;
    }

    @Test
    void whatWasDeliveredBeforeARestartIsCountedSentAndCancelled() throws Exception {
        try (RunningGateway gateway = RunningGateway.start(directory, RETAINING)) {
            publish(gateway, "d1", 5);
            publish(gateway, "d2", 3);
            receive(gateway, "uplink", 8);
        }
        try (RunningGateway gateway = RunningGateway.start(directory, RETAINING)) {
            publish(gateway, "d1", 1);
            receive(gateway, "uplink", 1);

            assertTrue(forebayReplay(0, "--dry-run").contains(": 9 messages would be sent, 9 bytes, arrived from 2"));
            assertTrue(
                    forebayReplay(0, "--client-id", "d1", "--into", "again").contains(": 6 messages sent into again"));
            assertEquals(List.of("0", "1", "2", "3", "4", "0"), receive(gateway, "again", 6));
            assertTrue(forebayReplay(0, "--dry-run", "--topic", "+/d2", "--from", "1h")
                    .contains(": 3 messages"));
            assertTrue(forebayReplay(0, "--dry-run", "--to", "1h").contains(": 0 messages"));

            publish(gateway, "d3", 50); // Of which one is sent in each second: it goes on until it is cancelled.
            String slow = forebayReplay(0, "--into", "again", "--rate", "1", "--detach");
            String id = slow.substring(0, slow.indexOf(' '));
            assertTrue(forebayReplay(0, "list").contains(id + " running"));
            assertTrue(forebayReplay(0, "cancel", id).contains(" cancelled"));
            String cancelled = forebayReplay(0, "list");
            assertTrue(cancelled.contains("; it goes on with --from-position 0"), cancelled);
            assertTrue(forebayReplay(2, "cancel", "x").startsWith("There is no replay x"));
            assertTrue(forebayReplay(2, "--dry-run", "--route", "x")
                    .contains("there is no route with the topic filter 'x'"));
            assertTrue(forebayReplay(2).contains("Say --into ADDRESS"));
            assertTrue(forebayReplay(2, "--dry-run", "--from", "noon").contains("neither a time as in 2026"));
        }
        assertTrue(forebayReplay(2, "list").startsWith("No gateway runs on this data directory"));
    }
}
