package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.forebay.storage.Message;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** In which order those are tried alone that may be why links and connections end. */
class SuspectsTest {
    private static final int LOSSES = 4;

    private final List<String> tried = new ArrayList<>();
    private long nowMs = 1_000;
    private final OpenPeer peer = new OpenPeer();
    private final Outlets outlets = new Outlets(
            BridgeConfig.builder(AmqpConfig.builder("localhost", 5672).build()).build(),
            BridgeConfig.DEFAULT_TARGET,
            peer,
            new Random(1),
            () -> nowMs,
            peer,
            new FaultLog(() -> nowMs, () -> nowMs));
    private final Suspects suspects = new Suspects(outlets, new Backoff(5, 50), new Random(1), () -> nowMs);

    private Outlet openOutlet() {
        outlets.onConnected();
        suspects.onConnected();
        Outlet outlet =
                outlets.of(new Routes.Place(BridgeConfig.DEFAULT_TARGET, "a", RouteOptions.USUAL, Optional.empty()));
        peer.links.onOpen();
        nowMs += 10_000; // The others have had their time.
        return outlet;
    }

    /** A lane whose first message was with the peer when it ended the connection, so often with nothing else. */
    private Lane suspect(Outlet outlet, String name, int lossesAlone) {
        Lane lane = new Lane(name, outlet, null, 0);
        Entry entry = new Entry(1, new Message(0, name, name, 1, false, false, 4, 1, new byte[0], new byte[0]));
        entry.trouble = new Trouble(1, 0);
        entry.trouble.losses = LOSSES;
        entry.trouble.lossesAlone = lossesAlone;
        entry.trouble.lostConnection = true;
        lane.addLast(entry);
        return lane;
    }

    @Test
    void whoEndedItAloneBeforeIsTriedBehindThoseWhoMayBeInnocent() {
        Outlet outlet = openOutlet();
        List<Lane> lanes = List.of(
                suspect(outlet, "guilty twice", 2), suspect(outlet, "innocent", 0), suspect(outlet, "guilty once", 1));
        lanes.forEach(lane -> assertFalse(suspects.passes(lane), "nobody goes with the others"));
        for (int i = 0; i < lanes.size(); i++) {
            suspects.tick(peer);
            assertEquals(i + 1, tried.size(), "one at a time");
            suspects.tick(peer);
            assertEquals(i + 1, tried.size(), "the next one waits for its outcome");
            suspects.onLanding(peer.flight);
        }

        assertEquals(List.of("innocent", "guilty once", "guilty twice"), tried);
    }

    /** A broker with a link that always has credit; its connection carries nothing but who is tried. */
    private final class OpenPeer implements Peer, Outlets.Listener, Suspects.Court {
        private PeerLink.Listener links;
        private Flight flight;

        @Override
        public boolean isQuiet() {
            return true;
        }

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void launch(Lane lane) {
            tried.add((String) lane.key);
            flight = new Flight(lane, lane.poll(), nowMs, 0);
            suspects.onLaunch(flight);
        }

        @Override
        public PeerLink attach(String address, RouteOptions options, PeerLink.Listener listener) {
            links = listener;
            return new PeerLink() {
                @Override
                public int credit() {
                    return 100;
                }

                @Override
                public void send(Entry entry, Consumer<Outcome> receipt) {}

                @Override
                public void close() {}
            };
        }

        @Override
        public void connect(Peer.Listener listener) {}

        @Override
        public boolean offersTransactions() {
            return false;
        }

        @Override
        public void begin(Consumer<Optional<PeerTransaction>> begun) {}

        @Override
        public void flush() {}

        @Override
        public void reset(String why) {}

        @Override
        public void onLinkLost(Outlet outlet, String why) {}

        @Override
        public void wake() {}

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    }
}
