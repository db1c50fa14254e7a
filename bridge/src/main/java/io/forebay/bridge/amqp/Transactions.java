package io.forebay.bridge.amqp;

import io.forebay.bridge.PeerTransaction;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonSession;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owned by the bridge's thread: finds out whether a connection offers transactions. There are peers that end the whole
 * session over a link to a coordinator that they do not have: hence it is tried on a session of its own first, and where it
 * is refused, not again for long.
 */
final class Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    private static final long TRY_AGAIN_MS_MIN = 60_000;
    private static final long TRY_AGAIN_MS_MAX = 3_600_000;

    private final AmqpPeer peer;
    private final boolean enabled;
    private boolean probing;
    private int refusals;
    private long tryAtMs;
    private boolean triedBefore;
    private Coordinator coordinator;

    Transactions(AmqpPeer peer, boolean enabled) {
        this.peer = peer;
        this.enabled = enabled;
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    void onConnected(ProtonConnection connection, ProtonSession session) {
        if (!enabled || (triedBefore && nowMs() < tryAtMs)) {
            return;
        }
        ProtonSession trial = connection.createSession();
        Probe probe = new Probe(trial, session);
        trial.closeHandler(ended -> peer.guarded(() -> probe.onEnded("the session ended")));
        trial.open();
        probing = true;
        probe.coordinator = new Coordinator(peer, trial);
        probe.coordinator.open(probe);
    }

    void onDisconnected() {
        coordinator = null;
        if (probing) {
            refused("the connection was lost");
        }
    }

    private void refused(String why) {
        probing = false;
        triedBefore = true;
        refusals++;
        long pauseMs = Math.min(TRY_AGAIN_MS_MAX, TRY_AGAIN_MS_MIN << Math.min(refusals - 1, 10));
        tryAtMs = nowMs() + pauseMs;
        LOG.info("The broker offers no transactions: lanes with a backlog send one by one [reason={}]", why);
    }

    boolean isOffered() {
        return coordinator != null && coordinator.isReady();
    }

    void begin(Consumer<Optional<PeerTransaction>> begun) {
        coordinator.begin(begun);
    }

    /** The first link, on a session where it does no harm. */
    private final class Probe implements Coordinator.Listener {
        private final ProtonSession trial;
        private final ProtonSession session;
        private Coordinator coordinator;
        private boolean done;

        Probe(ProtonSession trial, ProtonSession session) {
            this.trial = trial;
            this.session = session;
        }

        @Override
        public void onReady() {
            if (done) {
                return;
            }
            done = true;
            probing = false;
            coordinator.close();
            trial.close();
            Transactions.this.coordinator = new Coordinator(peer, session);
            Transactions.this.coordinator.open(new InUse());
        }

        @Override
        public void onEnded(String why) {
            if (!done) {
                done = true;
                refused(why);
                trial.close();
            }
        }
    }

    /** The second one, which is used. */
    private final class InUse implements Coordinator.Listener {
        @Override
        public void onReady() {
            refusals = 0;
            LOG.info("The broker offers transactions: lanes with a backlog use them");
        }

        @Override
        public void onEnded(String why) {
            refused(why);
            // What was open is rolled back, or not: the connection is the unit in which that is known.
            peer.reset("the broker ended the link to the transaction coordinator: " + why);
        }
    }
}
