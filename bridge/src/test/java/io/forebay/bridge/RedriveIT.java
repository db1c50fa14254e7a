package io.forebay.bridge;

import static io.forebay.bridge.Awaits.eventually;
import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.MessageFate.State;
import io.forebay.bridge.amqp.StubAmqpPeer;
import io.forebay.bridge.amqp.StubAmqpPeer.Verdict;
import io.forebay.storage.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.qpid.proton.amqp.Symbol;
import org.junit.jupiter.api.Test;

/** What comes out of the quarantine, and what the bridge knows of a message, over real sockets. */
class RedriveIT extends StubbedBridge {
    private static final Symbol REDRIVEN = Symbol.valueOf("x-opt-forebay-redriven");

    private void start(int patienceMs) throws Exception {
        start(patienceMs, peer.port());
    }

    private void start(int patienceMs, int port) throws Exception {
        AmqpConfig amqp = AmqpConfig.builder("localhost", port)
                .reconnect(new Backoff(10, 50))
                .connectTimeoutMs(30_000)
                .build();
        BridgeConfig config = BridgeConfig.builder(amqp)
                .routes(List.of(new Route("none/#", ""), new Route("#", "{topic:1}")))
                .defaultAddress("")
                .settleTimeoutMs(patienceMs)
                .build();
        bridge = new Bridge(log, config, new SimpleMeterRegistry());
        get(bridge.start());
    }

    private static QuarantinedMessage kept(long position, String topic, String text) {
        return new QuarantinedMessage(position, "old", "amqp:internal-error", "", 4, 1, 2, message(topic, text), 9);
    }

    private static Map<Symbol, Object> annotations(StubAmqpPeer.Transfer transfer) {
        return transfer.message().getMessageAnnotations().getValue();
    }

    @Test
    void aMessageGoesWhereTheRoutesSendItNowWithItsIdAndNumberAndAMark() throws Exception {
        peer.listen();
        start(60_000);
        Message live = message("a/1", "live");
        log.add(live);
        eventually("live", () -> peer.acceptedCount() == 1);
        try (Redrive redrive = bridge.redrive()) {
            Redrive.Result result = get(redrive.send(kept(5, "a/1", "first")));
            assertEquals(new Redrive.Result(Redrive.Ending.ACCEPTED, "a", "", ""), result);
            assertEquals(
                    Redrive.Ending.ACCEPTED,
                    get(redrive.send(kept(6, "b/1", "second"))).ending());
            assertEquals(
                    Redrive.Ending.UNROUTED,
                    get(redrive.send(kept(7, "none/1", "third"))).ending());
        }

        List<StubAmqpPeer.Transfer> taken = peer.accepted();
        assertEquals(
                List.of("live", "first", "second"),
                taken.stream().map(StubAmqpPeer.Transfer::text).toList());
        assertEquals(
                List.of("a", "a", "b"),
                taken.stream().map(StubAmqpPeer.Transfer::linkAddress).toList());
        assertTrue(taken.get(1).id().endsWith("-0000000000000005"), taken.get(1).id());
        assertEquals(
                "9",
                annotations(taken.get(1))
                        .get(Symbol.valueOf("x-opt-forebay-sequence"))
                        .toString());
        assertFalse(annotations(taken.get(0)).containsKey(REDRIVEN));
        assertTrue(annotations(taken.get(1)).containsKey(REDRIVEN));
    }

    @Test
    void whatTheBrokerDoesNotTakeIsToldApart() throws Exception {
        peer.judge(transfer -> Verdict.valueOf(transfer.text())).listen();
        start(60_000);
        try (Redrive redrive = bridge.redrive()) {
            assertEquals(
                    Redrive.Ending.REJECTED,
                    get(redrive.send(kept(1, "a", "REJECT"))).ending());
            assertEquals(
                    Redrive.Ending.RETURNED,
                    get(redrive.send(kept(2, "a", "REJECT_FULL"))).ending());
            assertEquals(
                    Redrive.Ending.RETURNED,
                    get(redrive.send(kept(3, "a", "RELEASE"))).ending());
            for (String fatal : List.of("DETACH", "DROP")) {
                ExecutionException failed =
                        assertThrows(ExecutionException.class, () -> get(redrive.send(kept(4, "a", fatal))));
                assertTrue(failed.getMessage().contains("the "), failed.getMessage());
                // None of them spoils the next one.
                assertEquals(
                        Redrive.Ending.ACCEPTED,
                        get(redrive.send(kept(5, "a", "ACCEPT"))).ending());
            }
        }
    }

    /** The sentence that it ends with; on a slow machine the time may be over before the one that is meant can be known. */
    private static String ended(Redrive redrive, String text) {
        try {
            return get(redrive.send(kept(4, "a", text))).ending().toString();
        } catch (ExecutionException failed) {
            return failed.getMessage();
        } catch (Exception fault) {
            throw new AssertionError(fault);
        }
    }

    @Test
    void whatHasNoOutcomeFailsInTimeAndDoesNotSpoilTheNextOne() throws Exception {
        peer.judge(transfer -> Verdict.valueOf(transfer.text())).listen();
        start(300);
        try (Redrive redrive = bridge.redrive()) {
            eventually(
                    "it is told", () -> ended(redrive, "IGNORE").contains("does not say what becomes of the message"));
            eventually(
                    "the next one is accepted", () -> ended(redrive, "ACCEPT").equals("ACCEPTED"));
        }
    }

    @Test
    void withoutABrokerItFailsInTimeAndSaysWhy() throws Exception {
        start(300, Ports.free());
        try (Redrive redrive = bridge.redrive()) {
            eventually("it is told", () -> ended(redrive, "x").contains("the broker cannot be reached"));
        }
    }

    @Test
    void withoutCreditItFailsInTimeAndSaysWhy() throws Exception {
        peer.credit(address -> 0).listen();
        start(300);
        try (Redrive redrive = bridge.redrive()) {
            eventually("it is told", () -> ended(redrive, "x").contains("no credit for a"));
        }
    }

    @Test
    void whatTheBridgeKnowsOfAMessageFollowsItsWay() throws Exception {
        peer.judge(transfer -> transfer.text().equals("stuck") ? Verdict.IGNORE : Verdict.ACCEPT)
                .listen();
        start(60_000);
        Message stuck = message("a/1", "stuck");
        Message behind = message("a/1", "behind");
        Message other = message("a/2", "other");
        Message unrouted = message("none/1", "x");
        log.add(stuck);
        log.add(behind);
        log.add(other);
        log.add(unrouted);
        eventually("the other is settled", () -> state(other, 2) == State.SETTLED);
        eventually("the first is sent", () -> state(stuck, 0) == State.WITH_BROKER);

        MessageFate first = get(bridge.fate(stuck, FakeLog.positionOf(0)));
        assertEquals(1, first.attempts());
        assertEquals("a", first.address());
        assertTrue(Math.abs(first.lastAttemptAtMs() - System.currentTimeMillis()) < 20_000, first.toString());
        assertEquals(State.WAITING, state(behind, 1));
        assertEquals(State.UNROUTED, state(unrouted, 3));
    }

    private State state(Message message, int index) {
        try {
            return get(bridge.fate(message, FakeLog.positionOf(index))).state();
        } catch (Exception fault) {
            throw new AssertionError(fault);
        }
    }
}
