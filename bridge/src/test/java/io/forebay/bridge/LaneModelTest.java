package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.Message;
import io.forebay.storage.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the conveyor against {@link SimulatedPeer} with any faults, tiny bounds and a clock of its own. */
class LaneModelTest {
    private static final byte[] NOTHING = {};
    private static final int LANES = 10_000;

    private final Map<String, Integer> published = new HashMap<>();
    private final FakeLog log = new FakeLog();
    private long nowMs = 1;
    private final TurnsByHand events = new TurnsByHand(log) {
        @Override
        public void onUnneeded(List<Integer> segments) {
            segments.forEach(LaneModelTest.this::forget);
        }
    };
    private Random random;
    private SimulatedPeer peer;
    private BridgeConfig config;
    private Conveyor conveyor;
    private Shares shares;
    private int poison;
    private boolean transactions;
    /** Chances in a thousand that the bridge is gone from one step to the next, and starts again. */
    private int crash;

    private int crashes;
    /** So many lanes are to have a message at least, whatever the skew. */
    private int unheard;

    private boolean counted;
    private RouteOptions options = RouteOptions.USUAL;

    private final FakeQuarantine quarantine = new FakeQuarantine();
    private final FakeSequences sequences = new FakeSequences();

    private void build(long seed, BridgeLimits limits) {
        System.out.println("seed " + seed + " " + limits);
        random = new Random(seed);
        peer = new SimulatedPeer(log, random, quarantine, options);
        peer.mood.poison = poison;
        peer.transactions = transactions;
        quarantine.late();
        config = BridgeConfig.builder(AmqpConfig.of("localhost", 1))
                .routes(List.of(new Route("#", "{topic:1}", options)))
                .limits(limits)
                .settleTimeoutMs(3_000)
                .retry(new Backoff(5, 400))
                .rejectedRetry(new Backoff(5, 400))
                .watermarkEveryMs(20)
                .sequences(new SequenceConfig(Long.MAX_VALUE, limits.unsettledMax()))
                .build();
        shares = config.routing().shares();
        if (counted) {
            peer.ledger.counted();
        }
        startConveyor(Position.START);
    }

    private void startConveyor(long from) {
        Conveyor.Clock clock = new Conveyor.Clock(() -> nowMs, () -> nowMs * 1_000_000, () -> nowMs);
        FaultLog faults = new FaultLog(() -> nowMs, () -> nowMs);
        BridgeMeters meters = new BridgeMeters(new SimpleMeterRegistry(), () -> BridgeStatus.stopped(0), "");
        conveyor = new Conveyor(
                new Conveyor.Setup(
                        log,
                        config,
                        BridgeConfig.DEFAULT_TARGET,
                        peer,
                        quarantine,
                        counted ? sequences : SequenceStore.NONE,
                        random,
                        clock,
                        meters,
                        faults,
                        new Settlements() {
                            @Override
                            void onNotAccepted(long position) {
                                if (!quarantine.holds(position)) {
                                    peer.ledger.givenUp.set(FakeLog.indexOf(position));
                                }
                            }
                        },
                        shares,
                        events),
                from,
                quarantine.heldFrom(from).result());
        peer.connect(conveyor);
    }

    /** As kill -9 does: what was not saved is sent again, with the same numbers. */
    private void crash() {
        crashes++;
        conveyor.close();
        quarantine.crash(random);
        sequences.crash(random);
        if (random.nextBoolean()) {
            log.crash();
        }
        long from = log.forgotten();
        Routes routes = new Routes(config.routes(), config.defaultAddress(), config.defaultOptions());
        peer.crash(index -> {
            long position = FakeLog.positionOf(index);
            Message message = log.at(index);
            String key = routes.sequenceKey(routes.laneKey(message.clientId() + '\0' + message.topic()));
            return position < from || position < sequences.find(key).before();
        });
        startConveyor(from);
    }

    /** Publishes {@code count} messages; a low {@code skew} spreads them, a high one gives most to a few lanes. */
    private void publish(int count, int lanes, int addresses, int skew) {
        for (int i = 0; i < count; i++) {
            int lane = unheard > 0 && random.nextInt(3) > 0
                    ? --unheard
                    : (int) (lanes * Math.pow(random.nextDouble(), skew));
            String topic = "a" + lane % addresses + "/t" + lane;
            int sequence = published.merge(topic, 1, Integer::sum) - 1;
            byte[] payload = new byte[random.nextInt(20) == 0 ? 3_000 : 10];
            Message message = new Message(nowMs, client(lane), topic, 1, false, false, 4, sequence, NOTHING, payload);
            peer.ledger.published(message, log.size());
            log.add(message);
        }
    }

    /** With lanes by client, few clients with many topics each. */
    private String client(int lane) {
        return options.order() == RouteOptions.Order.CLIENT ? "c" + lane % 11 : "c";
    }

    private void live() {
        nowMs += 1 + random.nextInt(20);
        peer.live();
        if (random.nextInt(3) == 0) {
            quarantine.answer();
        }
        if (random.nextInt(3) == 0) {
            if (random.nextInt(20) == 0) {
                sequences.fail();
            } else {
                sequences.answer();
            }
        }
        if (random.nextInt(1000) < crash) {
            crash();
        }
        conveyor.tick();
        events.woken = true;
        for (int i = 0; i < 4 && events.woken; i++) {
            events.woken = conveyor.turn();
            checkBounds();
        }
        checkWatermark();
    }

    private void checkBounds() {
        BridgeLimits limits = config.limits();
        assertTrue(conveyor.unsettled() <= limits.unsettledMax(), "unsettled");
        assertTrue(conveyor.lanes() <= limits.lanesMax(), "lanes");
        assertTrue(conveyor.readAhead().messages() <= limits.readAheadMessages(), "read-ahead messages");
        assertTrue(conveyor.readAhead().bytes() <= limits.readAheadBytes() + 4_000, "read-ahead bytes");
        assertTrue(peer.links() <= limits.linksMax(), "links");
    }

    /** Nothing in it is wanted any more, also after a crash. */
    private void forget(int segment) {
        int index = FakeLog.indexAtOrAfter(Position.of(segment, 0));
        for (; index < log.size() && FakeLog.segmentOf(index) == segment; index++) {
            assertTrue(peer.ledger.isDone(index), "forgotten before it was settled: " + index);
        }
        segmentsForgotten += Position.of(segment + 1, 0) <= log.forgotten() ? 0 : 1;
        log.forget(segment);
    }

    private int segmentsForgotten;
    private int checkedUpTo;

    private void checkWatermark() {
        int forgotten = FakeLog.indexAtOrAfter(log.forgotten());
        for (; checkedUpTo < forgotten; checkedUpTo++) {
            assertTrue(peer.ledger.isDone(checkedUpTo), "forgotten before it was settled: " + checkedUpTo);
        }
    }

    private void drainWithoutFaults() {
        peer.mood.refuse = 0;
        peer.mood.silence = 0;
        peer.mood.mute = 0;
        peer.mood.closeLink = 0;
        peer.mood.disconnect = 0;
        peer.mood.tooLarge = 0;
        peer.mood.refuseAttach = 0;
        crash = 0;
        System.out.println("with faults " + peer.ledger.acceptedOnce + " of " + log.size());
        int steps = 0;
        while (conveyor.lanes() > 0 || FakeLog.indexAtOrAfter(log.forgotten()) < log.size()) {
            if (poison > 0 && steps % 50 == 0) {
                publish(1, 300, 7, 1); // Without others nobody can tell a poisonous message from a broken broker.
            }
            live();
            steps++;
            assertTrue(
                    steps < 200_000,
                    () -> "does not drain: lanes=" + conveyor.lanes() + " spilled="
                            + conveyor.spilledLanes() + " unsettled=" + conveyor.unsettled() + " held="
                            + conveyor.readAhead().messages() + " accepted=" + peer.ledger.acceptedOnce + "/"
                            + log.size());
        }
        assertEquals(log.size(), peer.ledger.done(log.size()));
        assertEquals(0, conveyor.readAhead().messages());
        assertEquals(0, conveyor.readAhead().bytes());
        conveyor.tick();
        for (Shares.Share share : shares.all()) {
            assertEquals(0, share.bytes.get(), share.name);
            assertEquals(0, share.segments.get(), share.name);
        }
        assertEquals(0, conveyor.spilledLanes());
        System.out.println(
                "messages " + log.size() + ", transfers " + peer.ledger.sent + ", repeats " + peer.ledger.repeats
                        + ", transactions " + peer.transactionsEnded + ", quarantined " + quarantine.messages()
                        + ", resets "
                        + peer.resets + ", crashes " + crashes + ", segments forgotten early " + segmentsForgotten
                        + ", ms of the model " + nowMs);
    }

    private static long seed() {
        return Long.getLong("seed", System.nanoTime());
    }

    private void run(BridgeLimits limits, int lanes, int addresses, int skew) {
        run(seed(), limits, lanes, addresses, skew);
    }

    private void run(long seed, BridgeLimits limits, int lanes, int addresses, int skew) {
        try {
            runSeed(seed, limits, lanes, addresses, skew);
        } catch (AssertionError broken) {
            throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
        }
    }

    private void runSeed(long seed, BridgeLimits limits, int lanes, int addresses, int skew) {
        build(seed, limits);
        for (int i = 0; i < 400 || (peer.ledger.acceptedOnce < log.size() / 2 && i < 20_000); i++) {
            if (i < 400) {
                publish(random.nextInt(unheard > 0 ? 80 : 60), lanes, addresses, skew);
            }
            live();
        }
        while (unheard > 0) {
            publish(1, lanes, addresses, skew);
        }
        drainWithoutFaults();
    }

    /**
     * As many as {@code -Dseeds} says, for hours if need be; or the one that {@code -Donly} names, as it was printed:
     * {@code mvn -pl bridge -am test -Dtest='LaneModelTest#anySeed*' -Dsurefire.failIfNoSpecifiedTests=false
     * -Dunit.tests.timeout-s=0 -Dseeds=100000}.
     */
    static LongStream seeds() {
        Long only = Long.getLong("only");
        return only == null ? new Random(seed()).longs(Integer.getInteger("seeds", 100)) : LongStream.of(only);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anySeedInAnyModeOverTenThousandLanes(long seed) {
        Random mode = new Random(seed);
        transactions = mode.nextBoolean();
        counted = mode.nextInt(4) > 0;
        crash = mode.nextInt(3) * 5;
        poison = mode.nextInt(4) == 0 ? 1 : 0;
        RouteOptions.Order[] orders = RouteOptions.Order.values();
        options = options.withOrder(orders[mode.nextInt(orders.length)])
                .withLaneWindow(mode.nextInt(3) == 0 ? 1 + mode.nextInt(20) : 1);
        int messages = 100 + mode.nextInt(2_000);
        BridgeLimits limits =
                new BridgeLimits(1 + messages / 8, messages, messages * 400L, 100_000, 3 + mode.nextInt(20));
        unheard = LANES;
        run(seed, limits, LANES, 1 + mode.nextInt(7), 1 + mode.nextInt(8));
        assertTrue(published.size() >= LANES, "lanes with a message " + published.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    void everyMessageIsAcceptedInOrderWhateverThePeerDoes(int skew) {
        run(new BridgeLimits(200, 1000, 1000 * 400, 100_000, 100), 3_000, 7, skew);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    void numbersOfALaneAreWithoutGapAndStayTheSameOverCrashes(int skew) {
        counted = true;
        crash = 50;
        run(new BridgeLimits(200, 1000, 1000 * 400, 100_000, 100), 300, 7, skew);
        assertTrue(crashes > 5, "crashes " + crashes);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    void tinyBoundsHold(int skew) {
        counted = true;
        run(new BridgeLimits(3, 8, 8 * 300, 40, 2), 200, 5, skew);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    void lanesInTransactionsKeepTheirOrder(int skew) {
        transactions = true;
        poison = skew == 3 ? 1 : 0;
        run(new BridgeLimits(200, 2000, 2000 * 400, 100_000, 100), 60, 7, skew);
        assertTrue(peer.transactionsEnded > 20, "transactions " + peer.transactionsEnded);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 16})
    void laneWindowIsThePriceThatItSays(int window) {
        options = options.withLaneWindow(window);
        run(new BridgeLimits(200, 1000, 1000 * 400, 100_000, 100), 300, 7, 3);
    }

    @Test
    void lanesByClientKeepTheOrderOfAllItsTopics() {
        options = options.withOrder(RouteOptions.Order.CLIENT);
        run(new BridgeLimits(200, 1000, 1000 * 400, 100_000, 100), 300, 7, 1);
    }

    @Test
    void withoutOrderNothingIsLost() {
        options = options.withOrder(RouteOptions.Order.NONE);
        run(new BridgeLimits(200, 1000, 1000 * 400, 100_000, 100), 300, 7, 3);
    }

    @Test
    void messagesOverWhichThePeerEndsLinksAndConnectionsAreFound() {
        poison = 2;
        run(new BridgeLimits(200, 1000, 1000 * 400, 100_000, 100), 300, 7, 1);
        for (int i = 0; i < log.size(); i++) {
            boolean kept = quarantine.holds(FakeLog.positionOf(i));
            assertEquals(peer.isPoison(i) || kept, kept, "poison is in the quarantine: " + i);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, false", "1, true", "4, false"})
    void whatIsInTheQuarantineIsNotSentOnceMoreAfterACrash(int window, boolean inTransactions) {
        options = options.withLaneWindow(window).withRejectedRetries(0);
        transactions = inTransactions;
        crash = 15;
        run(new BridgeLimits(200, 1000, 1000 * 400, 100_000, 100), 300, 7, 3);
        assertTrue(peer.ledger.notSentAgain > 50, "quarantined at a crash " + peer.ledger.notSentAgain);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void whatIsGivenUpIsTheOldestOfARouteAndNothingElseIsLost(int window) {
        options = options.withLaneWindow(window).withShare(new ShareConfig(4, ShareConfig.WhenFull.DROP_OLDEST));
        counted = true;
        build(seed(), new BridgeLimits(50, 300, 300 * 400, 100_000, 20));
        for (int i = 0; i < 60; i++) {
            peer.mood.noCredit = random.nextInt(3) == 0 ? 1_000 : 300;
            publish(300, 300, 7, 1 + random.nextInt(3));
            for (int turns = 0; turns < 4; turns++) {
                live();
            }
        }
        peer.mood.noCredit = 300;
        drainWithoutFaults();
        System.out.println("given up " + peer.ledger.givenUp.cardinality());
        assertTrue(peer.ledger.givenUp.cardinality() > 1_000);
        assertEquals(peer.ledger.givenUp.cardinality(), shares.get(0).dropped.sum());
    }

    @Test
    void moreAddressesThanLinksTakeTurns() {
        run(new BridgeLimits(50, 100, 100 * 400, 100_000, 3), 2_000, 40, 1);
    }

    @Test
    void oneLaneOnly() {
        run(new BridgeLimits(50, 100, 100 * 400, 100_000, 3), 1, 1, 1);
    }
}
