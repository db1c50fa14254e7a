package io.forebay.bridge;

import static io.forebay.bridge.Awaits.eventually;
import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.amqp.StubAmqpPeer;
import io.forebay.storage.Message;
import io.forebay.storage.state.RocksStateStore;
import io.forebay.storage.state.StateConfig;
import io.forebay.storage.state.StateStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes to two brokers, one of which may be away. */
class TargetsIT {
    @TempDir
    Path directory;

    private final FakeLog log = new FakeLog();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StubAmqpPeer here = new StubAmqpPeer();
    private final StubAmqpPeer cloud = new StubAmqpPeer();
    private StateStore store;
    private StateSequences sequences;
    private Bridge bridge;

    @BeforeEach
    void listen() throws Exception {
        here.listen();
        cloud.listen();
    }

    @AfterEach
    void stopAll() throws Exception {
        stopBridge();
        here.close();
        cloud.close();
    }

    private void start() throws Exception {
        store = RocksStateStore.open(directory, List.of(StateSequences.TABLE), StateConfig.DEFAULT);
        sequences = new StateSequences(store, log);
        BridgeConfig config = BridgeConfig.builder(AmqpConfig.of("localhost", here.port()))
                .targets(Map.of("cloud", AmqpConfig.of("localhost", cloud.port())))
                .routes(List.of(new Route("cloud/#", "{topic:2}", RouteOptions.USUAL, "cloud")))
                .defaultAddress("uplink")
                .build();
        bridge = new Bridge(log, Quarantine.none(), sequences, config, registry);
        get(bridge.start());
    }

    private void stopBridge() throws Exception {
        if (bridge != null) {
            get(bridge.stop());
            sequences.close();
            store.close();
            bridge = null;
        }
    }

    private void publish(int from, int to) {
        for (int i = from; i < to; i++) {
            String topic = i % 2 == 0 ? "local" : "cloud/x";
            byte[] payload = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
            log.add(new Message(System.currentTimeMillis(), "c", topic, 1, false, false, 4, 1, new byte[0], payload));
        }
    }

    private static List<String> texts(StubAmqpPeer peer) {
        return peer.accepted().stream().map(StubAmqpPeer.Transfer::text).toList();
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from / 2, to / 2)
                .mapToObj(i -> "" + (2 * i + from % 2))
                .toList();
    }

    @Test
    void eachTargetGetsWhatItsRoutesSayAndNothingElse() throws Exception {
        start();
        publish(0, 200);

        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
        assertEquals(numbers(0, 200), texts(here));
        assertEquals(numbers(1, 201), texts(cloud));
        assertEquals("x", cloud.accepted().get(0).linkAddress());
        assertEquals(
                100,
                registry.get("forebay.bridge.outcomes")
                        .tags("target", "cloud", "outcome", "accepted")
                        .counter()
                        .count());
    }

    @Test
    void targetThatIsAwayHoldsUpNobodyElseAndLosesNothing() throws Exception {
        cloud.shutDown();
        start();
        publish(0, 2_000);

        eventually("the other one has all", () -> here.acceptedCount() == 1_000);
        eventually(
                "it is told",
                () -> bridge.targets().get("cloud").backlog() > 0
                        && !bridge.status().connected());
        assertTrue(bridge.targets().get("default").connected());
        assertFalse(bridge.targets().get("cloud").connected());
        assertTrue(FakeLog.indexAtOrAfter(log.forgotten()) <= 1, "the log keeps what is for the one that is away");

        cloud.listen();
        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
        assertEquals(numbers(0, 2_000), texts(here));
        assertEquals(numbers(1, 2_001), texts(cloud));
    }

    @Test
    void afterARestartNothingIsRepeatedThoughOneTargetWasAway() throws Exception {
        cloud.shutDown();
        start();
        publish(0, 1_000);
        eventually("the other one has all", () -> here.acceptedCount() == 500);
        stopBridge();

        start();
        publish(1_000, 1_200);
        eventually("the other one has all", () -> here.acceptedCount() >= 600);
        cloud.listen();
        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());

        assertEquals(numbers(0, 1_200), texts(here));
        assertEquals(numbers(1, 1_201), texts(cloud));
        assertEquals(600, here.transfers());
    }
}
