package io.forebay.bridge;

import static io.forebay.bridge.Awaits.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.amqp.StubAmqpPeer.Verdict;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lanes with a backlog, sent in transactions, against a peer that does what it is told. */
class TransactionsIT extends StubbedBridge {
    private double transactions(String outcome) {
        return registry.find("forebay.bridge.transactions").tag("outcome", outcome).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void laneWithABacklogGoesInTransactions() throws Exception {
        peer.offerTransactions().listen();
        start(config());
        eventually("connected", () -> bridge.status().connected());
        publish("a/hot", 5_000);
        publishMany(20, 20);
        everythingIsForgotten();
        checkLedger();
        assertTrue(peer.commits() > 5, "commits " + peer.commits());
        eventually("counted", () -> transactions("committed") == peer.commits());
        assertEquals(0, peer.rollbacks());
    }

    @Test
    void messageRefusedInTheMiddleOfATransactionIsFoundAndNothingOvertakesIt() throws Exception {
        Set<String> bad = Set.of("a/hot 700", "a/hot 1500");
        Set<String> refusedOnce = new HashSet<>();
        peer.offerTransactions()
                .judge(transfer -> bad.contains(transfer.text()) && refusedOnce.add(transfer.text())
                        ? Verdict.REJECT
                        : Verdict.ACCEPT)
                .listen();
        publish("a/hot", 3_000);
        start(config());
        everythingIsForgotten();
        checkLedger();
        assertTrue(peer.commits() > 5, "commits " + peer.commits());
        assertEquals(2, refusedOnce.size());
        assertEquals(0, quarantine.messages());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void commitInDoubtLosesNothingAndKeepsTheOrder(boolean happened) throws Exception {
        peer.offerTransactions().listen();
        start(config());
        publish("a/hot", 1_000);
        peer.await("transactions are used", () -> peer.commits() > 1);
        peer.dropAtNextCommit(happened);
        publish("a/hot", 3_000);
        everythingIsForgotten();
        checkLedger();
        assertEquals(1, transactions("in-doubt"));
    }

    @Test
    void peerThatEndsTheSessionOverTransactionsIsNotDisturbed() throws Exception {
        peer.listen();
        start(config());
        publish("a/hot", 500);
        everythingIsForgotten();
        checkLedger();
        assertEquals(1, peer.connectionsSeen());
        assertEquals(500, peer.transfers());
    }

    @Test
    void brokerThatOffersNoneAnyMoreIsSentOneByOneAndNotAskedAgainAtOnce() throws Exception {
        peer.offerTransactions().listen();
        start(config());
        publish("a/hot", 1_000);
        everythingIsForgotten();
        assertTrue(peer.commits() > 1, "commits " + peer.commits());
        peer.offerNoTransactions();
        int commits = peer.commits();
        for (int connection = 2; connection <= 4; connection++) {
            int expected = connection;
            peer.dropConnections();
            peer.await("connected again", () -> peer.connectionsSeen() >= expected);
            publish("a/hot", 200);
            everythingIsForgotten();
        }
        checkLedger();
        assertEquals(commits, peer.commits());
        assertEquals(1, peer.transactionsRefused());
    }
}
