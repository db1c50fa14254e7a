package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.ledger.Stamp;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ConsumePublishIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final EventLoop loop = new EventLoop();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> published = new ArrayList<>();
    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final InputStream realIn = System.in;
    private FakeAmqpPeer peer;
    private String amqpPort;
    private String mqttPort;

    @BeforeEach
    void start() {
        FakeMqttBroker broker = loop.call(() -> new FakeMqttBroker(loop.vertx()));
        broker.onPayload = payload -> published.add(new String(payload, StandardCharsets.UTF_8));
        peer = loop.call(() -> new FakeAmqpPeer(loop.vertx()));
        var mqtt = loop.start(broker::start);
        var amqp = loop.start(peer::start);
        assertTrue(EventLoop.within(mqtt, PATIENCE) && EventLoop.within(amqp, PATIENCE));
        mqttPort = Integer.toString(mqtt.join());
        amqpPort = Integer.toString(amqp.join());
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        System.setOut(realOut);
        System.setErr(realErr);
        System.setIn(realIn);
        loop.close();
    }

    @Test
    void printsWhatItTakesAndTakesNoMoreThanAskedFor() {
        send("{\"a\": 1}".getBytes(StandardCharsets.UTF_8), "one");
        send(new byte[] {0, 1, 2}, "two");
        send("third".getBytes(StandardCharsets.UTF_8), "three");

        assertEquals(0, consume("--count", "2"));
        assertEquals(0, consume("--count", "1", "--format", "ndjson"));

        List<String> lines = text(out).lines().toList();
        assertEquals("null  {\"a\": 1}", lines.get(0));
        assertEquals("null  3 bytes 000102", lines.get(1));
        JsonObject json = new JsonObject(lines.get(2));
        assertEquals("three", json.getString("messageId"));
        assertEquals("third", json.getString("payload"));
    }

    @Test
    void verifiesWhatTheSimulatorSent() {
        for (long sequence : new long[] {0, 1, 2, 2, 5, 4}) {
            send(new Stamp(1, 0, 0, sequence, 0).toPayload(64), "id-" + sequence);
        }

        assertEquals(1, consume("--count", "6", "--format", "count", "--verify"));
        assertEquals(
                "6 received: 6 stamped on 1 topics of devices, 0 others, 0 damaged, 1 missing, 1 out of order,"
                        + " repeated: 1 with the same message-id, 0 with another, 0 without\n",
                text(err));
    }

    @Test
    void publishesAndWaitsForTheAcknowledgements() {
        assertEquals(0, publish("-t", "a/b", "-m", "hello", "--count", "100", "-q", "2"));
        System.setIn(new ByteArrayInputStream("x\ny\n".getBytes(StandardCharsets.UTF_8)));
        assertEquals(0, publish("-t", "a/b", "--lines"));

        assertEquals(102, (int) loop.call(published::size));
        assertEquals("y", published.get(101));
        assertEquals("100 acknowledged\n2 acknowledged\n", text(err));
    }

    @Test
    void whatCannotBeDoneIsOneSentence() {
        assertEquals(2, publish("-t", "a/#", "-m", "x"));
        assertEquals(2, publish("-t", "a"));
        assertEquals(2, consume("--format", "xml"));

        assertEquals("""
                Cannot run this: a topic to publish to has neither + nor #.
                Cannot run this: one of --message, --file and --lines is needed.
                --format is text, ndjson or count, not xml.
                """, text(err));
    }

    private void send(byte[] payload, String messageId) {
        loop.call(() -> {
            peer.send(payload, messageId);
            return true;
        });
    }

    private int consume(String... arguments) {
        return run(new ConsumeCommand(), "--port", amqpPort, arguments);
    }

    private int publish(String... arguments) {
        return run(new PublishCommand(), "--port", mqttPort, arguments);
    }

    private static int run(Object command, String name, String value, String... arguments) {
        List<String> all = new ArrayList<>(List.of(name, value));
        all.addAll(List.of(arguments));
        return new CommandLine(command).execute(all.toArray(String[]::new));
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
