package io.forebay.bridge;

import static io.forebay.bridge.Awaits.eventually;
import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.ShareConfig.WhenFull;
import io.forebay.bridge.amqp.StubAmqpPeer;
import io.forebay.storage.Message;
import io.forebay.storage.Position;
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

/** One of two brokers is away: its route has its share of the log, and the other route does not notice. */
class SharesIT {
    /** Of which the log makes a segment. */
    private static final int SEGMENT = 500;

    @TempDir
    Path directory;

    private final FakeLog log = new FakeLog();
    private SimpleMeterRegistry registry;
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

    private void start(WhenFull whenFull) throws Exception {
        registry = new SimpleMeterRegistry();
        store = RocksStateStore.open(directory, List.of(StateSequences.TABLE), StateConfig.DEFAULT);
        sequences = new StateSequences(store, log);
        RouteOptions sharing = RouteOptions.USUAL.withShare(new ShareConfig(3, whenFull));
        BridgeConfig config = BridgeConfig.builder(AmqpConfig.of("localhost", here.port()))
                .targets(Map.of("cloud", AmqpConfig.of("localhost", cloud.port())))
                .routes(List.of(new Route("cloud/#", "{topic:2}", sharing, "cloud")))
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

    private void publish(String topic, int from, int to) {
        for (int i = from; i < to; i++) {
            byte[] payload = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
            log.add(new Message(System.currentTimeMillis(), "c", topic, 1, false, false, 4, 1, new byte[0], payload));
        }
    }

    private double meter(String name) {
        return name.endsWith("dropped")
                ? registry.get(name).tag("route", "cloud/#").functionCounter().count()
                : registry.get(name).tag("route", "cloud/#").gauge().value();
    }

    private boolean isFull() {
        return bridge.whenFull("c", "", "cloud/x").isPresent();
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private static List<String> texts(StubAmqpPeer peer) {
        return peer.accepted().stream().map(StubAmqpPeer.Transfer::text).toList();
    }

    @Test
    void routeWhoseBrokerIsAwayHasItsShareAndWhatOthersSendIsForgotten() throws Exception {
        cloud.shutDown();
        start(WhenFull.REFUSE);
        publish("local", 0, SEGMENT - 10);
        publish("cloud/x", 0, SEGMENT);
        publish("local", SEGMENT - 10, SEGMENT);
        eventually("it has two segments", () -> meter("forebay.bridge.share.segments") == 2);
        assertEquals(List.of(), bridge.fullRoutes());
        publish("cloud/x", SEGMENT, SEGMENT + 30);
        eventually("it has three segments", this::isFull);
        assertEquals(WhenFull.REFUSE, bridge.whenFull("c", "", "cloud/y").orElseThrow());
        assertTrue(bridge.whenFull("c", "", "local").isEmpty());
        assertEquals(List.of("cloud/#"), bridge.fullRoutes());

        int inside = log.size();
        publish("local", SEGMENT, 10 * SEGMENT);
        eventually("the other route has all", () -> here.acceptedCount() == 10 * SEGMENT);
        int lastWhole = FakeLog.segmentOf(log.size()) - 1;
        int firstAfter = FakeLog.segmentOf(inside) + 1;
        eventually("segments without the one that is away are given back", () -> IntStream.rangeClosed(
                        firstAfter, lastWhole)
                .allMatch(segment -> log.isForgotten(FakeLog.indexAtOrAfter(Position.of(segment, 0)))));

        cloud.listen();
        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
        eventually("there is room", () -> !isFull());
        assertEquals(numbers(0, SEGMENT + 30), texts(cloud));
        assertEquals(numbers(0, 10 * SEGMENT), texts(here));
        eventually("nothing is held", () -> meter("forebay.bridge.share.bytes") == 0);
    }

    @Test
    void afterARestartTheShareIsWhatItWas() throws Exception {
        cloud.shutDown();
        start(WhenFull.PAUSE);
        for (int i = 0; i < 3; i++) {
            publish("cloud/x", i * 100, i * 100 + 100);
            publish("local", i * SEGMENT, i * SEGMENT + SEGMENT);
        }
        eventually("it has three segments", this::isFull);
        eventually("the other route has all", () -> here.acceptedCount() == 3 * SEGMENT);
        double bytes = meter("forebay.bridge.share.bytes");
        stopBridge();

        here.shutDown();
        start(WhenFull.PAUSE);
        eventually("it is counted again", () -> isFull() && meter("forebay.bridge.share.bytes") == bytes);
        assertEquals(
                0,
                registry.get("forebay.bridge.share.bytes")
                        .tag("route", "default")
                        .gauge()
                        .value(),
                "what is settled is not counted, though its broker is away");
        boolean[] told = new boolean[1];
        var unused = bridge.awaitRoom("c", "", "cloud/x", () -> told[0] = true);
        cloud.listen();
        here.listen();
        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
        eventually("who waited is told", () -> told[0] && !isFull());
        assertEquals(numbers(0, 300), texts(cloud));
        assertEquals(3 * SEGMENT, here.acceptedCount());
    }

    @Test
    void oldestAreGivenUpCountedAndLeaveATrueGap() throws Exception {
        cloud.shutDown();
        start(WhenFull.DROP_OLDEST);
        publish("cloud/x", 0, 4 * SEGMENT);
        eventually("it has less than its share", () -> meter("forebay.bridge.dropped") == 2 * SEGMENT);
        eventually("what was given up is forgotten", () -> log.isForgotten(2 * SEGMENT - 1));
        assertTrue(bridge.whenFull("c", "", "cloud/x").isEmpty(), "it takes what comes");

        cloud.listen();
        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
        assertEquals(numbers(2 * SEGMENT, 4 * SEGMENT), texts(cloud));
        assertEquals(2 * SEGMENT, meter("forebay.bridge.dropped"));
    }
}
