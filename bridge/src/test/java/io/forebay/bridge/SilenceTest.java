package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.forebay.storage.Message;
import io.forebay.storage.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Which peer is cut off because it owes outcomes, by a clock that is the test's. */
class SilenceTest {
    private static final int TIMEOUT_MS = 1_000;
    private static final int MESSAGES = 600;

    private final FakeLog log = new FakeLog();
    private final SlowPeer peer = new SlowPeer();
    private long nowMs = 1;
    private final TurnsByHand events = new TurnsByHand(log);

    /** Takes everything at once, and answers when it is told to. */
    private static final class SlowPeer implements Peer {
        private final ArrayDeque<Consumer<Outcome>> owed = new ArrayDeque<>();
        private final List<String> resets = new ArrayList<>();
        private PeerLink.Listener link;

        @Override
        public void connect(Listener listener) {
            listener.onConnected();
        }

        @Override
        public PeerLink attach(String address, RouteOptions options, PeerLink.Listener listener) {
            link = listener;
            return new PeerLink() {
                @Override
                public int credit() {
                    return MESSAGES;
                }

                @Override
                public void send(Entry entry, Consumer<Outcome> receipt) {
                    owed.add(receipt);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public boolean offersTransactions() {
            return false;
        }

        @Override
        public void begin(Consumer<Optional<PeerTransaction>> begun) {
            throw new AssertionError("it offers none");
        }

        @Override
        public void flush() {}

        @Override
        public void reset(String why) {
            resets.add(why);
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    }

    private Conveyor conveyor() {
        BridgeConfig config = BridgeConfig.builder(AmqpConfig.of("localhost", 1))
                .routes(List.of(new Route("#", "a")))
                .settleTimeoutMs(TIMEOUT_MS)
                .build();
        return new Conveyor(
                new Conveyor.Setup(
                        log,
                        config,
                        BridgeConfig.DEFAULT_TARGET,
                        peer,
                        new FakeQuarantine(),
                        SequenceStore.NONE,
                        new Random(1),
                        new Conveyor.Clock(() -> nowMs, () -> nowMs * 1_000_000, () -> nowMs),
                        new BridgeMeters(new SimpleMeterRegistry(), () -> BridgeStatus.stopped(0), ""),
                        new FaultLog(() -> nowMs, () -> nowMs),
                        new Settlements(),
                        config.routing().shares(),
                        events),
                Position.START,
                QuarantinedEarlier.NOTHING);
    }

    /** All are with the peer, each of a lane of its own. */
    private Conveyor sent() {
        for (int lane = 0; lane < MESSAGES; lane++) {
            log.add(new Message(1, "c", "t/" + lane, 1, false, false, 4, 1, new byte[0], new byte[0]));
        }
        Conveyor conveyor = conveyor();
        peer.connect(conveyor);
        turn(conveyor);
        peer.link.onOpen();
        peer.link.onCredit();
        turn(conveyor);
        assertEquals(MESSAGES, peer.owed.size());
        return conveyor;
    }

    private void turn(Conveyor conveyor) {
        boolean more = true;
        while (more || events.woken) {
            events.woken = false;
            more = conveyor.turn();
        }
    }

    private void pass(Conveyor conveyor, int ms) {
        nowMs += ms;
        conveyor.tick();
        turn(conveyor);
    }

    @Test
    void slowPeerIsNotCutOffAsLongAsItAnswers() {
        Conveyor conveyor = sent();
        while (!peer.owed.isEmpty()) {
            pass(conveyor, 4);
            peer.owed.poll().accept(Outcome.ACCEPTED);
        }
        pass(conveyor, 100);
        assertEquals(List.of(), peer.resets);
        assertEquals(MESSAGES, FakeLog.indexAtOrAfter(log.forgotten()));
    }

    @Test
    void peerThatAnswersNothingMoreIsCutOffWhenTheTimeIsOver() {
        Conveyor conveyor = sent();
        pass(conveyor, TIMEOUT_MS / 2);
        peer.owed.poll().accept(Outcome.ACCEPTED);
        pass(conveyor, TIMEOUT_MS);
        assertEquals(List.of(), peer.resets);
        pass(conveyor, 1);
        assertEquals(List.of("no outcome for a message in 1000 ms"), peer.resets);
    }
}
