package io.forebay.bridge.interop;

import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.Awaits;
import io.forebay.bridge.Backoff;
import io.forebay.bridge.Bridge;
import io.forebay.bridge.BridgeConfig;
import io.forebay.bridge.FakeLog;
import io.forebay.bridge.Quarantine;
import io.forebay.bridge.QuarantinedEarlier;
import io.forebay.bridge.QuarantinedMessage;
import io.forebay.bridge.Route;
import io.forebay.bridge.reply.ReplyTopics;
import io.forebay.storage.Message;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What the bridge claims of every broker: the main flows, with a consumer that is not ours. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class UplinkClaims {
    /** RabbitMQ takes its time to end connections and to start. */
    private static final long PATIENCE_S = 120;

    private static final byte[] NOTHING = {};
    private static final ReplyTopics REPLIES = new ReplyTopics(new byte[] {1});

    private final List<QuarantinedMessage> quarantined = new CopyOnWriteArrayList<>();
    private final Quarantine quarantine = new Quarantine() {
        @Override
        public Future<Void> put(QuarantinedMessage message) {
            quarantined.add(message);
            return Future.succeededFuture();
        }

        @Override
        public Future<QuarantinedEarlier> heldFrom(long position) {
            return Future.succeededFuture(QuarantinedEarlier.NOTHING);
        }

        @Override
        public long messages() {
            return quarantined.size();
        }

        @Override
        public long bytes() {
            return 0;
        }
    };

    private final TestBroker broker;
    private FakeLog log;
    private SimpleMeterRegistry meters;
    private Bridge bridge;

    UplinkClaims(TestBroker broker) {
        this.broker = broker;
    }

    TestBroker broker() {
        return broker;
    }

    @BeforeAll
    void startBroker() throws Exception {
        broker.start();
    }

    @AfterAll
    void stopBroker() throws Exception {
        broker.close();
    }

    @AfterEach
    void stopBridge() throws Exception {
        if (bridge != null) {
            get(bridge.stop());
            bridge = null;
        }
        assertEquals(List.of(), quarantined, "no test here sends anything that a broker does not take");
    }

    static void eventually(String what, BooleanSupplier holds) {
        Awaits.eventually(what, PATIENCE_S, holds);
    }

    void start(Route... routes) throws Exception {
        log = new FakeLog();
        meters = new SimpleMeterRegistry();
        BridgeConfig config = BridgeConfig.builder(broker.config())
                .routes(List.of(routes))
                .replies(REPLIES)
                .retry(new Backoff(20, 200))
                .rejectedRetry(new Backoff(20, 200))
                .build();
        bridge = new Bridge(log, quarantine, config, meters);
        get(bridge.start());
    }

    static ReplyTopics replies() {
        return REPLIES;
    }

    void publish(String topic, int protocolLevel, byte[] properties, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        long now = System.currentTimeMillis();
        log.add(new Message(now, "c", topic, 1, false, false, protocolLevel, 1, properties, payload));
    }

    private void publish(String topic, int from, int to) {
        for (int i = from; i < to; i++) {
            publish(topic, 4, NOTHING, Integer.toString(i));
        }
    }

    Map<String, Integer> publishLanes(String prefix, int lanes, int from, int to) {
        Map<String, Integer> counts = new HashMap<>();
        for (int lane = 0; lane < lanes; lane++) {
            publish(prefix + lane, from, to);
            counts.put(prefix + lane, to);
        }
        return counts;
    }

    void everythingIsForgotten() {
        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
    }

    private double count(String meter, String outcome) {
        return meters.find(meter).tag("outcome", outcome).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** How often the broker did anything but accept. */
    double notAccepted() {
        return meters.find("forebay.bridge.outcomes").counters().stream()
                .filter(counter -> !"accepted".equals(counter.getId().getTag("outcome")))
                .mapToDouble(Counter::count)
                .sum();
    }

    /** What is meant for the queue that is full waits, though what is rejected goes into the quarantine. */
    static Route toTheSmallQueue(TestBroker broker) {
        return new Route("small/#", broker.address(TestBroker.SMALL));
    }

    @Test
    void everythingArrivesOnceInOrder() throws Exception {
        start(new Route("#", "in-order"));
        publishLanes("plant/", 50, 0, 20);
        Map<String, Integer> counts = publishLanes("plant/", 50, 20, 40);
        everythingIsForgotten();

        try (JmsBackend backend = new JmsBackend(broker)) {
            assertEquals(2_000, backend.receiveInOrder(broker.address("in-order"), counts));
        }
    }

    @Test
    void hotLaneArrivesOnceInOrderInTransactionsWhereTheBrokerOffersThem() throws Exception {
        start(new Route("#", "hot"));
        publish("line/1", 0, 2_000);
        everythingIsForgotten();

        try (JmsBackend backend = new JmsBackend(broker)) {
            assertEquals(2_000, backend.receiveInOrder(broker.address("hot"), Map.of("line/1", 2_000)));
        }
        double committed = count("forebay.bridge.transactions", "committed");
        assertEquals(broker.offersTransactions(), committed > 0, "committed " + committed);
    }

    @Test
    void brokerThatStopsAndComesBackLosesNothingAndKeepsTheOrder() throws Exception {
        start(new Route("#", "restarts"));
        publishLanes("plant/", 10, 0, 20);
        everythingIsForgotten();
        broker.remember();
        publish("hot", 0, 2_000);
        eventually("some are there", () -> FakeLog.indexAtOrAfter(log.forgotten()) > 300);
        broker.stop();
        publishLanes("plant/", 10, 20, 40);
        broker.start();
        publish("hot", 2_000, 2_500);
        Map<String, Integer> counts = publishLanes("plant/", 10, 40, 60);
        counts.put("hot", 2_500);
        everythingIsForgotten();

        try (JmsBackend backend = new JmsBackend(broker)) {
            assertTrue(backend.receiveInOrder(broker.address("restarts"), counts) >= 3_100);
        }
    }

    @Test
    void queueThatIsFullRefusesAndItsLanesWaitWhileOthersGoOn() throws Exception {
        start(toTheSmallQueue(broker), new Route("#", "others"));
        publishLanes("small/", 5, 0, TestBroker.SMALL_MAX / 5);
        everythingIsForgotten();
        Map<String, Integer> small = publishLanes("small/", 5, TestBroker.SMALL_MAX / 5, 20);
        Map<String, Integer> others = publishLanes("other/", 5, 0, 20);

        try (JmsBackend backend = new JmsBackend(broker)) {
            assertEquals(100, backend.receiveInOrder(broker.address("others"), others));
            eventually("the broker refuses", () -> notAccepted() > 3);
            assertTrue(backend.receiveInOrder(broker.address(TestBroker.SMALL), small) >= 100);
        }
        everythingIsForgotten();
    }
}
