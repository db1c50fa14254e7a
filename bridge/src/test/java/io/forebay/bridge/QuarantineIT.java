package io.forebay.bridge;

import static io.forebay.bridge.Awaits.eventually;
import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.amqp.StubAmqpPeer;
import io.forebay.bridge.amqp.StubAmqpPeer.Verdict;
import io.forebay.storage.Message;
import io.micrometer.core.instrument.Counter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.qpid.proton.amqp.Symbol;
import org.junit.jupiter.api.Test;

/** Messages that the broker does not take, over real sockets. */
class QuarantineIT extends StubbedBridge {
    private void start(RouteOptions options) throws Exception {
        start(options, BridgeConfig.Builder::build);
    }

    private void start(RouteOptions options, Function<BridgeConfig.Builder, BridgeConfig> last) throws Exception {
        BridgeConfig config = last.apply(config().routes(List.of(new Route("#", "{topic:1}", options))));
        bridge = new Bridge(log, quarantine, config, registry);
        get(bridge.start());
    }

    private int settled() {
        return FakeLog.indexAtOrAfter(log.forgotten());
    }

    /**
     * Lets other lanes publish until something holds: only a broker that takes others is known to be well. A trial that a slow
     * machine does not get to in time is put off by ten seconds.
     */
    private void meanwhile(String prefix, String what, BooleanSupplier holds) {
        eventually(what, 180, () -> {
            publish(prefix + log.size(), "meanwhile");
            LockSupport.parkNanos(10_000_000);
            return holds.getAsBoolean();
        });
    }

    private int drops(String text) {
        return peer.drops().getOrDefault(text, 0);
    }

    private long arrived(String text) {
        return peer.accepted().stream()
                .filter(each -> each.text().equals(text))
                .map(StubAmqpPeer.Transfer::id)
                .distinct()
                .count();
    }

    @Test
    void rejectedMessageIsQuarantinedAfterItsRetriesAndTheLaneGoesOn() throws Exception {
        peer.judge(transfer -> transfer.text().equals("bad") ? Verdict.REJECT : Verdict.ACCEPT)
                .listen();
        publish("a/1", "before");
        publish("a/1", "bad");
        publish("a/1", "after");
        long startedAt = System.currentTimeMillis();
        start(RouteOptions.USUAL.withRejectedRetries(2));
        eventually("all is settled", () -> settled() == 3);

        assertEquals(5, peer.transfers());
        assertEquals(1, arrived("after"));
        QuarantinedMessage kept = quarantine.get(FakeLog.positionOf(1));
        assertEquals("amqp:not-allowed", kept.condition());
        assertEquals("by the judge", kept.description());
        assertEquals(3, kept.attempts());
        assertEquals("a", kept.address());
        assertArrayEquals("bad".getBytes(StandardCharsets.UTF_8), kept.message().payload());
        assertTrue(kept.firstAttemptAtMs() >= startedAt - 1 && kept.lastAttemptAtMs() >= kept.firstAttemptAtMs());
        assertEquals(
                1,
                registry.get("forebay.bridge.quarantined")
                        .tag("cause", "amqp:not-allowed")
                        .counter()
                        .count());
        eventually(
                "the status tells",
                () -> bridge.status().quarantined() == 1
                        && bridge.status().lastFault().contains("put into the quarantine: amqp:not-allowed"));
    }

    private List<String> taken() {
        return peer.accepted().stream().map(StubAmqpPeer.Transfer::text).toList();
    }

    @Test
    void whatIsInTheQuarantineWhenTheBridgeStartsIsNotSentAndItsLaneGoesOn() throws Exception {
        peer.listen();
        publish("a/1", "before");
        publish("a/1", "bad");
        publish("a/1", "after");
        Message bad = log.at(1);
        // As one did that was killed before it was saved that the message is settled.
        get(quarantine.put(new QuarantinedMessage(FakeLog.positionOf(1), "a", "why", "", 4, 1, 2, bad, 0)));
        start(RouteOptions.USUAL);
        CompletableFuture<Boolean> isAccepted = new CompletableFuture<>();
        Runnable giveUp = bridge.awaitSettled("c", "", "a/1", FakeLog.positionOf(1) + 1, isAccepted::complete);
        eventually("all is settled", () -> settled() == 3);

        assertEquals(List.of("before", "after"), taken());
        assertEquals(1, quarantine.messages());
        assertEquals("quarantined", get(bridge.fate(bad, FakeLog.positionOf(1))).outcome());
        assertFalse(
                isAccepted.get(60, TimeUnit.SECONDS), "whoever waits for the broker hears that it has not accepted");
        giveUp.run();
        assertEquals(0, registry.find("forebay.bridge.quarantined").counters().size());
        assertEquals(
                2,
                registry.get("forebay.bridge.outcomes").counters().stream()
                        .mapToDouble(Counter::count)
                        .sum());
    }

    @Test
    void whatWasQuarantinedBehindAStuckLaneIsNotSentWhenTheBridgeStartsAgainAfterAFault() throws Exception {
        peer.judge(transfer -> switch (transfer.text()) {
                    case "bad" -> Verdict.REJECT;
                    case "stuck" -> Verdict.IGNORE;
                    default -> Verdict.ACCEPT;
                })
                .listen();
        publish("b/1", "stuck");
        publish("a/1", "bad");
        publish("a/1", "after");
        start(RouteOptions.USUAL.withRejectedRetries(0));
        eventually("the lane goes on", () -> arrived("after") == 1);
        peer.judge(transfer -> Verdict.ACCEPT);
        quarantine.failOnce(); // Nothing is sent before it is known what must not be.
        log.failOnce();
        publish("a/1", "last");
        eventually("all is settled", () -> settled() == 4);

        assertEquals(0, arrived("bad"));
        assertEquals(
                "The bridge cannot start again yet: the quarantine cannot be read",
                bridge.status().lastFault());
        assertEquals(1, arrived("stuck"));
        assertEquals(1, arrived("last"));
    }

    private double deadLetters(String outcome) {
        Counter counter = registry.find("forebay.bridge.dead.letters")
                .tag("outcome", outcome)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void copyOfWhatIsQuarantinedGoesToTheDeadLetterAddressWithTheReason() throws Exception {
        peer.judge(transfer ->
                        transfer.text().equals("bad") && transfer.linkAddress().equals("a")
                                ? Verdict.REJECT
                                : Verdict.ACCEPT)
                .listen();
        publish("a/1", "bad");
        publish("a/1", "after");
        start(RouteOptions.USUAL.withRejectedRetries(1).withDeadLetter("dead"));
        eventually("the copy is there", () -> deadLetters("accepted") == 1);
        eventually("all is settled", () -> settled() == 2);

        StubAmqpPeer.Transfer copy = peer.accepted().stream()
                .filter(each -> each.linkAddress().equals("dead"))
                .findFirst()
                .orElseThrow();
        QuarantinedMessage kept = quarantine.get(FakeLog.positionOf(0));
        Map<Symbol, Object> why = copy.message().getMessageAnnotations().getValue();
        assertEquals("bad", copy.text());
        assertEquals("amqp:not-allowed", why.get(Symbol.valueOf("x-opt-forebay-dead-letter-cause")));
        assertEquals("by the judge", why.get(Symbol.valueOf("x-opt-forebay-dead-letter-description")));
        assertEquals("a", why.get(Symbol.valueOf("x-opt-forebay-dead-letter-address")));
        assertEquals(2, why.get(Symbol.valueOf("x-opt-forebay-dead-letter-attempts")));
        assertEquals(kept.lastAttemptAtMs(), why.get(Symbol.valueOf("x-opt-forebay-dead-letter-last-attempt")));
        assertEquals("a/1", why.get(Symbol.valueOf("x-opt-mqtt-topic")));
    }

    @Test
    void deadLetterAddressThatTakesNothingHoldsUpNobody() throws Exception {
        peer.judge(transfer -> transfer.text().equals("bad") ? Verdict.REJECT : Verdict.ACCEPT)
                .listen();
        publish("a/1", "bad");
        publish("a/1", "after");
        start(RouteOptions.USUAL.withRejectedRetries(0).withDeadLetter("dead"));
        eventually("all is settled", () -> settled() == 2);
        eventually("the copy is given up", () -> deadLetters("given-up") == 1);

        assertEquals(1, quarantine.messages());
        assertEquals(1 + 1 + 5, peer.transfers());
    }

    @Test
    void copiesThatAreTooManyAreGivenUpAndWhatWasSentMakesRoom() throws Exception {
        peer.judge(transfer -> transfer.linkAddress().equals("a") ? Verdict.REJECT : Verdict.ACCEPT)
                .listen();
        // Room for one of them at a time.
        start(
                RouteOptions.USUAL.withRejectedRetries(0).withDeadLetter("dead"),
                config -> config.deadLettersBytesMax(400).build());
        for (int i = 1; i <= 3; i++) {
            int copies = i;
            publish("a/1", "bad");
            eventually("the copy is there", () -> deadLetters("accepted") == copies);
        }
        publish("a/1", "x".repeat(400));
        eventually("that one is given up", () -> deadLetters("given-up") == 1);

        eventually("all is settled", () -> settled() == 4);
        assertEquals(4, quarantine.messages());
        assertEquals(3, deadLetters("accepted"));
    }

    @Test
    void deadLetterAddressThatEndsTheSessionDoesNotDisturbTheLanes() throws Exception {
        peer.judge(transfer -> transfer.text().equals("bad") ? Verdict.REJECT : Verdict.ACCEPT)
                .endSessionOver("dead"::equals)
                .listen();
        publish("a/1", "bad");
        start(RouteOptions.USUAL.withRejectedRetries(0).withDeadLetter("dead"));
        eventually("it is tried more than once", () -> peer.connectionsSeen() > 3);
        publish("a/1", "after");
        eventually("all is settled", () -> settled() == 2);

        assertEquals(0, registry.get("forebay.bridge.reconnects").counter().count());
    }

    @Test
    void blockedLaneWaitsWithARejectedMessageForEver() throws Exception {
        peer.judge(transfer -> transfer.text().equals("bad") ? Verdict.REJECT : Verdict.ACCEPT)
                .listen();
        publish("a/1", "bad");
        publish("a/1", "after");
        publish("a/2", "other");
        start(RouteOptions.USUAL.withRejectedRetries(1).withOnRejected(RouteOptions.OnRejected.BLOCK));
        peer.await("it is offered many times", () -> peer.transfers() > 10);

        assertEquals(1, arrived("other"));
        assertEquals(0, arrived("after"));
        assertEquals(0, quarantine.messages());
        assertEquals(0, settled());

        peer.judge(transfer -> Verdict.ACCEPT);
        eventually("all is settled", () -> settled() == 3);
    }

    @Test
    void refusalThatSpeaksOfThePlaceNeverQuarantines() throws Exception {
        peer.judge(transfer -> transfer.number() <= 30 ? Verdict.REJECT_FULL : Verdict.ACCEPT)
                .listen();
        publish("a/1", "one");
        publish("a/1", "two");
        start(RouteOptions.USUAL.withRejectedRetries(0));
        eventually("all is settled", () -> settled() == 2);

        assertEquals(0, quarantine.messages());
        assertEquals(32, peer.transfers());
    }

    /** RabbitMQ 4.0 to 4.2 rejects so when a queue with overflow reject-publish is full. */
    @Test
    void bareRejectionQuarantinesExceptWhereItSpeaksOfThePlace() throws Exception {
        peer.product("RabbitMQ", "4.1.0")
                .judge(transfer -> transfer.number() <= 30 ? Verdict.REJECT_BARE : Verdict.ACCEPT)
                .listen();
        publish("a/1", "one");
        publish("a/1", "two");
        start(RouteOptions.USUAL.withRejectedRetries(0));
        eventually("all is settled", () -> settled() == 2);
        assertEquals(0, quarantine.messages());
        assertEquals(32, peer.transfers());

        peer.product("Another", "1");
        peer.dropConnections();
        peer.judge(transfer -> transfer.text().equals("bad") ? Verdict.REJECT_BARE : Verdict.ACCEPT);
        peer.await("it is there again", () -> peer.connectionsSeen() == 2);
        publish("a/1", "bad");
        eventually("all is settled", () -> settled() == 3);
        assertEquals("no condition given", quarantine.get(FakeLog.positionOf(2)).condition());
    }

    /** RabbitMQ 3 ends the connection, without a word, when a queue with overflow reject-publish is full. */
    @Test
    void rabbitMq3ThatEndsTheConnectionOverAFullQueueQuarantinesNothing() throws Exception {
        peer.product("RabbitMQ", "3.10.8")
                .judge(transfer -> transfer.text().equals("for the full queue") ? Verdict.DROP : Verdict.ACCEPT)
                .listen();
        publish("a/1", "for the full queue");
        for (int i = 0; i < 5; i++) {
            publish("b/" + i, "in bad company");
        }
        start(RouteOptions.USUAL);
        // Three more than condemn it elsewhere.
        meanwhile("b/", "it is tried again", () -> drops("for the full queue") >= 9);
        assertEquals(0, quarantine.messages());
        meanwhile("b/", "the innocent have cleared themselves", () -> arrived("in bad company") == 5);

        peer.judge(transfer -> Verdict.ACCEPT);
        eventually("all is settled", () -> settled() == log.size());
        assertEquals(1, arrived("for the full queue"));
    }

    @Test
    void linkThatEndsForWantOfRoomQuarantinesNothing() throws Exception {
        peer.judge(transfer -> transfer.text().equals("too much") ? Verdict.DETACH_FULL : Verdict.ACCEPT)
                .listen();
        publish("a/1", "too much");
        start(RouteOptions.USUAL);
        meanwhile("a/x", "it is tried again", () -> drops("too much") >= 9);
        assertEquals(0, quarantine.messages());

        peer.judge(transfer -> Verdict.ACCEPT);
        eventually("all is settled", () -> settled() == log.size());
    }

    @Test
    void tooLargeMessageIsQuarantinedWithoutBeingSent() throws Exception {
        peer.messageBytesMax(address -> 2_000).listen();
        publish("a/1", "x".repeat(3_000));
        publish("a/1", "after");
        start(RouteOptions.USUAL);
        eventually("all is settled", () -> settled() == 2);

        assertEquals("too-large", quarantine.get(FakeLog.positionOf(0)).condition());
        assertEquals(1, peer.transfers());
        assertEquals(1, peer.connectionsSeen());
    }

    @Test
    void fullQuarantineBlocksTheLaneOnlyAndSaysSo() throws Exception {
        peer.judge(transfer -> transfer.text().equals("bad") ? Verdict.REJECT : Verdict.ACCEPT)
                .listen();
        quarantine.max(0);
        publish("a/1", "bad");
        publish("a/1", "after");
        publish("a/2", "other");
        start(RouteOptions.USUAL.withRejectedRetries(0));
        eventually("it is told", () -> bridge.status().lastFault().contains("its lane waits: the quarantine is full"));
        peer.await("the other lane goes on", () -> peer.acceptedCount() == 1);
        assertEquals(0, settled());

        quarantine.max(1);
        eventually("all is settled", () -> settled() == 3);
        assertEquals(1, arrived("after"));
    }

    @Test
    void laneWaitsUntilItsMessageIsDurableInTheQuarantineAndOthersDoNot() throws Exception {
        peer.judge(transfer -> transfer.text().equals("bad") ? Verdict.REJECT : Verdict.ACCEPT)
                .listen();
        quarantine.late();
        publish("a/1", "bad");
        publish("a/1", "after");
        start(RouteOptions.USUAL.withRejectedRetries(0));
        peer.await("it is rejected", () -> peer.transfers() == 1);
        publish("a/2", "other");
        peer.await("the other lane goes on", () -> peer.acceptedCount() == 1);
        peer.dropConnections();
        peer.await("the connection is another", () -> peer.connectionsSeen() == 2);
        publish("a/2", "another");
        peer.await("the other lane goes on", () -> peer.acceptedCount() == 2);
        assertEquals(0, arrived("after"));
        assertEquals(0, settled());

        quarantine.answer();
        eventually("all is settled", () -> settled() == 4);
        assertEquals(1, arrived("after"));
        assertEquals(4, peer.transfers());
    }

    @Test
    void messageOverWhichTheConnectionEndsIsFoundAmongMany() throws Exception {
        peer.judge(transfer -> transfer.text().equals("poison") ? Verdict.DROP : Verdict.ACCEPT)
                .listen();
        for (int i = 0; i < 200; i++) {
            publish("a/" + i, i == 77 ? "poison" : "good");
        }
        start(RouteOptions.USUAL);
        meanwhile("b/", "it is found", () -> quarantine.messages() > 0);
        eventually("all is settled", () -> settled() == log.size());

        assertEquals(1, quarantine.messages());
        assertEquals("connection-ended", quarantine.get(FakeLog.positionOf(77)).condition());
        assertEquals(199, arrived("good"));
    }

    @Test
    void messageOverWhichTheLinkEndsIsFoundWithoutDisturbingOtherLinks() throws Exception {
        peer.judge(transfer -> transfer.text().equals("poison") ? Verdict.DETACH : Verdict.ACCEPT)
                .listen();
        for (int i = 0; i < 50; i++) {
            publish("a/" + i, i == 7 ? "poison" : "good");
        }
        start(RouteOptions.USUAL.withDeadLetter("dead"));
        meanwhile("a/x", "it is found", () -> quarantine.messages() > 0);
        eventually("all is settled", () -> settled() == log.size());

        assertEquals("link-ended", quarantine.get(FakeLog.positionOf(7)).condition());
        assertEquals(49, arrived("good"));
        assertEquals(1, deadLetters("given-up"), "its copy would end another link, again and again");
        assertEquals(1, peer.connectionsSeen());
    }

    @Test
    void brokerThatFallsOverEverythingQuarantinesNothing() throws Exception {
        peer.judge(transfer -> Verdict.DROP).listen();
        publish("a/1", "one");
        publish("a/2", "two");
        start(RouteOptions.USUAL);
        // Long enough for several that were tried alone.
        peer.await("it is tried often", () -> peer.transfers() > 12);
        assertEquals(0, quarantine.messages());

        peer.judge(transfer -> Verdict.ACCEPT);
        eventually("all is settled", () -> settled() == 2);
    }
}
