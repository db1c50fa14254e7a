package io.forebay.bridge;

import static io.forebay.bridge.Awaits.eventually;
import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.ReplayStatus.State;
import io.forebay.bridge.amqp.EmbeddedArtemis;
import io.forebay.storage.Message;
import io.forebay.storage.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.amqp.AmqpClient;
import io.vertx.amqp.AmqpClientOptions;
import io.vertx.amqp.AmqpMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.proton.amqp.Symbol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replays of a log into a real broker, read by a client that is not ours. */
class ReplayIT {
    private static final long HOUR_MS = 3_600_000;

    private final FakeLog log = new FakeLog();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Vertx vertx = Vertx.vertx();
    private EmbeddedArtemis broker;
    private BridgeConfig config;
    private Replays replays;

    @BeforeEach
    void startBroker() throws Exception {
        log.retain();
        broker = EmbeddedArtemis.start("uplink");
        MappingOptions artemis = MappingOptions.of(MappingOptions.Profile.ARTEMIS);
        config = BridgeConfig.builder(AmqpConfig.of("localhost", broker.port()))
                .targets(Map.of("away", AmqpConfig.of("localhost", 1)))
                .routes(List.of(
                        new Route("plant/1/#", "one", RouteOptions.USUAL.withMapping(artemis)),
                        new Route("plant/+", "plants")))
                .defaultOptions(RouteOptions.USUAL.withMapping(artemis))
                .build();
        replays = new Replays(log, config, new ReplayConfig(100_000, 2, 256, 1_024, 1 << 20), registry);
    }

    @AfterEach
    void stopAll() throws Exception {
        log.letGo();
        get(replays.stop());
        get(vertx.close());
        broker.close();
    }

    /** Hour by hour, client by client, message by message; the payload of all but the last has the number in its lane. */
    private void publish(int clients, int each) {
        for (int i = 0; i < each; i++) {
            for (int client = 0; client < clients; client++) {
                byte[] payload = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
                log.add(new Message(
                        i * HOUR_MS, "c" + client, "plant/" + client, 1, false, false, 4, 1, new byte[0], payload));
            }
        }
    }

    private ReplayStatus start(ReplaySelection selection, String address, int rate, boolean dryRun) {
        return replays.start(new ReplayRequest(selection, address, BridgeConfig.DEFAULT_TARGET, rate, dryRun));
    }

    private ReplayStatus status(String id) {
        return replays.find(id).orElseThrow();
    }

    private ReplayStatus ended(String id) {
        eventually("it ends", () -> status(id).endedAtMs() != 0);
        return status(id);
    }

    private long messages(String queue) {
        try {
            return broker.messages(queue);
        } catch (Exception gone) {
            throw new AssertionError(gone);
        }
    }

    /** Sends all of it, and says how that went. */
    private ReplayStatus done(ReplaySelection selection, String address) {
        ReplayStatus status = ended(start(selection, address, 0, false).id());
        assertEquals(State.DONE, status.state(), status.toString());
        return status;
    }

    private List<AmqpMessage> receive(String address, int count) throws Exception {
        LinkedBlockingQueue<AmqpMessage> arrived = new LinkedBlockingQueue<>();
        AmqpClient client = AmqpClient.create(
                vertx, new AmqpClientOptions().setHost("localhost").setPort(broker.port()));
        get(client.connect().compose(connection -> connection.createReceiver(address)))
                .handler(arrived::add);
        List<AmqpMessage> all = new ArrayList<>();
        while (all.size() < count) {
            AmqpMessage message = arrived.poll(60, TimeUnit.SECONDS);
            assertTrue(message != null, "only " + all.size() + " of " + count + " arrived");
            all.add(message);
        }
        get(client.close());
        return all;
    }

    /** First arrivals of each lane come in order without a gap from its first one on. */
    private static Map<String, Integer> assertOrder(List<AmqpMessage> messages) {
        Map<String, Integer> last = new HashMap<>();
        Set<String> ids = new HashSet<>();
        for (AmqpMessage message : messages) {
            int number = Integer.parseInt(message.bodyAsBinary().toString());
            if (ids.add(message.id())) {
                Integer before = last.put(message.subject(), number);
                assertTrue(
                        before == null || number == before + 1, message.subject() + ": " + number + " after " + before);
            }
        }
        return last;
    }

    private static Object annotation(AmqpMessage message, String name) {
        return message.unwrap().getMessageAnnotations().getValue().get(Symbol.valueOf(name));
    }

    @Test
    void everythingComesAgainInOrderWithItsMessageIdAndAMark() throws Exception {
        publish(10, 300);
        ReplayStatus status = done(ReplaySelection.ALL, "again");

        assertEquals(3_000, status.settled());
        assertEquals(status.end(), status.position());
        List<AmqpMessage> messages = receive("again", 3_000);
        assertEquals(10, assertOrder(messages).size());
        for (AmqpMessage message : messages) {
            assertEquals(status.id(), annotation(message, "x-opt-forebay-replayed"));
            long position = (long) annotation(message, "x-opt-forebay-position");
            assertEquals(log.gatewayId() + "-" + Position.text(position), message.id());
        }
        eventually("there were no others", () -> messages("again") == 0);
    }

    @Test
    void artemisDoesNotTakeAReplayForRepeatsNorOneReplayForAnother() throws Exception {
        publish(1, 50);
        Bridge live = new Bridge(
                log, config.toBuilder().targets(Map.of()).routes(List.of()).build(), registry);
        get(live.start());
        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
        get(live.stop());
        String first = done(ReplaySelection.ALL, "uplink").id();
        String second = done(ReplaySelection.ALL, "uplink").id();

        List<AmqpMessage> messages = receive("uplink", 150);
        assertEquals(50, new HashSet<>(messages.stream().map(AmqpMessage::id).toList()).size());
        assertEquals(
                50,
                messages.stream()
                        .filter(message -> first.equals(annotation(message, "x-opt-forebay-replayed")))
                        .count());
        assertNotEquals(first, second);
    }

    @Test
    void onlyWhatIsMeantIsSentAndADryRunCountsThat() throws Exception {
        publish(4, 100);
        log.add(new Message(5 * HOUR_MS, "c1", "other/1", 1, false, false, 4, 1, new byte[0], new byte[7]));
        log.add(new Message(
                5 * HOUR_MS, "c1", "plant/1", 1, false, false, Message.FROM_AMQP, 0, new byte[0], new byte[7]));
        Map<ReplaySelection, Integer> expected = new HashMap<>();
        expected.put(ReplaySelection.ALL, 401);
        expected.put(ReplaySelection.ALL.withClientId("c1"), 101);
        expected.put(ReplaySelection.ALL.withClientId("c"), 0);
        expected.put(ReplaySelection.ALL.withTopicFilter("plant/+"), 400);
        expected.put(ReplaySelection.ALL.withTopicFilter("+/1").withClientId("c1"), 101);
        expected.put(ReplaySelection.ALL.withRoute("plant/1/#"), 100);
        expected.put(ReplaySelection.ALL.withRoute("plant/+"), 300);
        expected.put(ReplaySelection.ALL.withRoute(ReplaySelection.DEFAULT_ROUTE), 1);
        expected.put(ReplaySelection.ALL.withTimes(10 * HOUR_MS, 12 * HOUR_MS), 8);
        expected.put(ReplaySelection.ALL.withPositions(FakeLog.positionOf(20), FakeLog.positionOf(25)), 5);

        int number = 0;
        for (Map.Entry<ReplaySelection, Integer> each : expected.entrySet()) {
            String address = "meant-" + number++;
            ReplayStatus counted = ended(start(each.getKey(), "", 0, true).id());
            ReplayStatus sent = done(each.getKey(), address);
            assertEquals((long) each.getValue(), counted.selected(), each.toString());
            assertEquals((long) each.getValue(), sent.settled(), each.toString());
            assertEquals(counted.bytes(), sent.bytes());
            assertEquals(counted.oldestMs(), sent.oldestMs());
            assertEquals(counted.newestMs(), sent.newestMs());
            assertEquals(0, counted.settled());
            if (each.getValue() > 0) {
                assertEquals((long) each.getValue(), messages(address));
            }
        }
        ReplayStatus times = ended(start(ReplaySelection.ALL.withTimes(10 * HOUR_MS, 12 * HOUR_MS), "", 0, true)
                .id());
        assertEquals(10 * HOUR_MS, times.oldestMs());
        assertEquals(11 * HOUR_MS, times.newestMs());
        assertEquals(16, times.bytes());
    }

    @Test
    void brokerThatGoesAwayIsWaitedForAndNothingIsMissing() throws Exception {
        publish(10, 400);
        log.holdAt(2_000);
        String id = start(ReplaySelection.ALL, "again", 0, false).id();
        eventually("some are settled", () -> status(id).settled() > 500);
        broker.stop();
        log.letGo();
        eventually("it is told", () -> status(id).trouble().startsWith("the broker is not connected"));
        assertEquals(State.RUNNING, status(id).state());
        assertTrue(status(id).settled() < 4_000);
        broker.start();

        ReplayStatus status = ended(id);
        assertEquals(State.DONE, status.state());
        assertEquals(4_000, status.settled());
        List<AmqpMessage> messages = receive("again", (int) messages("again"));
        assertOrder(messages).values().forEach(last -> assertEquals(399, last));
    }

    @Test
    void cancelledReplayGoesOnAtItsPosition() throws Exception {
        publish(10, 300);
        log.holdAt(1_500);
        String id = start(ReplaySelection.ALL, "again", 0, false).id();
        eventually("some are settled", () -> status(id).settled() > 300);
        Future<Optional<ReplayStatus>> cancel = replays.cancel(id);
        log.letGo();
        ReplayStatus cancelled = get(cancel).orElseThrow();
        assertEquals(State.CANCELLED, cancelled.state());
        long arrived = messages("again");
        assertTrue(cancelled.settled() < 3_000 && arrived >= cancelled.settled());

        ReplayStatus rest = done(ReplaySelection.ALL.withPositions(cancelled.position(), Long.MAX_VALUE), "again");
        assertEquals(3_000, cancelled.settled() + rest.settled());
        List<AmqpMessage> messages = receive("again", (int) messages("again"));
        assertOrder(messages).values().forEach(last -> assertEquals(299, last));
        assertEquals(3_000, messages.stream().map(AmqpMessage::id).distinct().count());
    }

    @Test
    void replayIntoABrokerThatIsAwayIsNothingToLiveMessages() throws Exception {
        publish(5, 100);
        String id = replays.start(new ReplayRequest(ReplaySelection.ALL, "again", "away", 0, false))
                .id();
        Bridge live = new Bridge(
                log, config.toBuilder().targets(Map.of()).routes(List.of()).build(), registry);
        get(live.start());
        publish(5, 100);
        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
        get(live.stop());

        assertEquals(State.RUNNING, status(id).state());
        assertEquals(0, status(id).settled());
        assertEquals(1_000, messages("uplink"));
    }

    @Test
    void whatCannotBeIsRefusedAndWhatComesLaterIsNotMeant() {
        publish(1, 20);
        assertThrows(IllegalArgumentException.class, () -> start(ReplaySelection.ALL, "", 0, false));
        assertThrows(
                IllegalArgumentException.class, () -> start(ReplaySelection.ALL.withRoute("none"), "again", 0, false));
        assertThrows(
                IllegalArgumentException.class,
                () -> replays.start(new ReplayRequest(ReplaySelection.ALL, "again", "nowhere", 0, false)));
        log.holdAt(10);
        String first = start(ReplaySelection.ALL, "again", 0, false).id();
        ReplayStatus second = start(ReplaySelection.ALL, "again", 0, false);
        assertNotEquals(first, second.id());
        IllegalStateException third =
                assertThrows(IllegalStateException.class, () -> start(ReplaySelection.ALL, "again", 0, false));
        assertTrue(third.getMessage().contains("replay.running-max"), third.getMessage());

        publish(1, 10_000);
        log.letGo();
        assertEquals(20, ended(first).settled());
        assertFalse(replays.list().isEmpty());
    }

    @Test
    void whatExpiredLongAgoIsReplayedAndDoesNotExpireAtTheBroker() throws Exception {
        byte[] oneSecond = {0x02, 0, 0, 0, 1};
        log.add(new Message(
                HOUR_MS, "c", "plant/9", 1, false, false, 5, 1, oneSecond, "0".getBytes(StandardCharsets.UTF_8)));
        assertEquals(1, done(ReplaySelection.ALL, "again").settled());

        var message = receive("again", 1).get(0).unwrap();
        assertEquals(0, message.getTtl());
        assertEquals(0, message.getExpiryTime());
    }
}
