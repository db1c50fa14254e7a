package io.forebay.bridge;

import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.amqp.AmqpInbox;
import io.forebay.bridge.amqp.EmbeddedArtemis;
import io.forebay.storage.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.amqp.AmqpMessage;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bridge into a real broker, read by a client that is not ours. */
class ArtemisIT {
    private final FakeLog log = new FakeLog();
    private final Map<String, Integer> published = new HashMap<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private EmbeddedArtemis broker;
    private Bridge bridge;

    @BeforeEach
    void startBroker() throws Exception {
        broker = EmbeddedArtemis.start("uplink");
    }

    @AfterEach
    void stopAll() throws Exception {
        get(bridge.stop());
        broker.close();
    }

    private void startBridge(List<Route> routes) throws Exception {
        bridge = new Bridge(
                log,
                BridgeConfig.builder(AmqpConfig.of("localhost", broker.port()))
                        .routes(routes)
                        .build(),
                registry);
        get(bridge.start());
    }

    private void publish(int lanes, int each) {
        for (int i = 0; i < each; i++) {
            for (int lane = 0; lane < lanes; lane++) {
                String topic = "plant/" + lane;
                int sequence = published.merge(topic, 1, Integer::sum) - 1;
                byte[] payload = Integer.toString(sequence).getBytes(StandardCharsets.UTF_8);
                log.add(new Message(
                        System.currentTimeMillis(), "c", topic, 1, false, false, 4, 1, new byte[0], payload));
            }
        }
    }

    private void everythingIsForgotten() {
        eventually(() -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
    }

    private void eventually(BooleanSupplier holds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!holds.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "not settled in time: " + bridge.status());
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Receives all, and checks that first arrivals of each lane are in order and repeats have the id of the first. */
    private int receiveAll(String address) throws Exception {
        AmqpInbox inbox = AmqpInbox.open(broker.port(), address);
        Map<String, Integer> next = new HashMap<>();
        Map<String, String> ids = new HashMap<>();
        int received = 0;
        while (!next.equals(published)) {
            AmqpMessage message = inbox.next();
            received++;
            String topic = message.subject();
            int sequence = Integer.parseInt(message.bodyAsBinary().toString());
            String known = ids.putIfAbsent(topic + " " + sequence, message.id());
            if (known == null) {
                assertEquals(next.merge(topic, 1, Integer::sum) - 1, sequence, "order of " + topic);
            } else {
                assertEquals(known, message.id());
            }
        }
        inbox.close();
        return received;
    }

    @Test
    void everythingArrivesOnceInOrder() throws Exception {
        publish(100, 50);
        startBridge(List.of());
        publish(100, 50);
        everythingIsForgotten();

        assertEquals(10_000, receiveAll("uplink"));
    }

    @Test
    void brokerThatStopsAndComesBackLosesNothing() throws Exception {
        startBridge(List.of());
        publish(100, 50);
        broker.stop();
        publish(100, 50);
        broker.start();
        publish(100, 50);
        everythingIsForgotten();

        assertTrue(receiveAll("uplink") >= 15_000);
    }

    private double committed() {
        return registry.find("forebay.bridge.transactions").tag("outcome", "committed").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void oneHotLaneInTransactionsArrivesOnceInOrder() throws Exception {
        publish(1, 5_000);
        startBridge(List.of());
        publish(1, 5_000);
        everythingIsForgotten();

        assertEquals(10_000, receiveAll("uplink"));
        assertTrue(committed() > 20, "committed " + committed());
    }

    @Test
    void brokerThatStopsInTheMiddleOfTransactionsLosesNothingAndKeepsTheOrder() throws Exception {
        startBridge(List.of());
        publish(2, 2_000);
        for (int i = 0; i < 2; i++) {
            int already = i * 5;
            eventually(() -> committed() > already);
            broker.stop();
            publish(2, 2_000);
            broker.start();
        }
        everythingIsForgotten();

        assertTrue(receiveAll("uplink") >= 12_000);
    }

    @Test
    void missingAddressBecomesAQueueThatKeepsWhatIsSent() throws Exception {
        startBridge(List.of(new Route("plant/#", "made.by.forebay")));
        publish(10, 10);
        everythingIsForgotten();

        assertEquals(100, receiveAll("made.by.forebay"));
    }
}
