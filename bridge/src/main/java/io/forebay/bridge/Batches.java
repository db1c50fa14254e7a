package io.forebay.bridge;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owned by the bridge's thread: sends lanes that have a backlog in transactions, where the peer offers them. Strict all
 * the same: a lane has one transaction at a time and sends nothing beside it, and what comes together is in order.
 *
 * <p>The protocol is: begin; send what there is credit for; wait for <i>every</i> provisional outcome; commit only if all
 * were accepted; wait for the answer; then the next. Peers exist that commit a transaction without the one message that
 * they refused, or keep messages outside of it that come after the discharge: neither can happen here. What was rolled back
 * is sent one by one, so that the refused message is found and treated like any other. So is what was in doubt when the
 * connection was lost during a commit, after a pause: a peer that removes duplicates needs a moment to learn what it has.
 */
final class Batches {
    private static final Logger LOG = LoggerFactory.getLogger(Batches.class);
    /** With fewer messages a transaction costs more round trips than it saves. */
    private static final int WORTH_IT = 8;

    private static final int ROLLBACKS_MAX = 3;
    private static final long WITHOUT_MS = 60_000;
    private static final long IN_DOUBT_PAUSE_MS = 1_000;

    private final Conveyor.Setup setup;
    private final TransactionConfig config;
    private final Lanes lanes;
    private final Landings landings;
    private final QuarantinedEarlier quarantined;
    private final Runnable onWritten;
    private final Set<Batch> open = new LinkedHashSet<>();

    /**
     * @param quarantined a transaction ends before one of these: the lane passes over it when its turn comes
     * @param onWritten there is something to flush
     */
    Batches(Conveyor.Setup setup, Lanes lanes, Landings landings, QuarantinedEarlier quarantined, Runnable onWritten) {
        this.quarantined = quarantined;
        this.onWritten = onWritten;
        this.setup = setup;
        this.config = setup.config().transactions();
        this.lanes = lanes;
        this.landings = landings;
    }

    private long nowMs() {
        return setup.clock().nowMs().getAsLong();
    }

    /** @return whether the lane, which may send, does so in a transaction from now on */
    boolean begin(Lane lane) {
        Outlet outlet = lane.outlet;
        Entry head = lane.peek();
        boolean wanted = lane.waiting() >= WORTH_IT
                && lane.window == 1
                && lane.attempts == 0
                && head.trouble == null
                && head.position > lane.oneByOneUpTo
                && open.size() < config.openMax()
                && outlet.credit() >= WORTH_IT
                && nowMs() >= outlet.transactionsAtMs
                && setup.peer().offersTransactions();
        if (wanted) {
            Batch batch = new Batch(lane, nowMs());
            lane.batch = batch;
            open.add(batch);
            setup.peer().begin(begun -> onBegun(batch, begun));
        }
        return wanted;
    }

    private void onBegun(Batch batch, Optional<PeerTransaction> begun) {
        if (batch.phase == Batch.Phase.OVER) {
            begun.ifPresent(late -> late.discharge(false, done -> {}));
            onWritten.run();
            return;
        }
        if (begun.isEmpty()) {
            batch.lane.outlet.transactionsAtMs = nowMs() + WITHOUT_MS;
            end(batch);
            lanes.offer(batch.lane);
        } else {
            batch.transaction = begun.get();
            batch.sinceMs = nowMs();
            batch.phase = Batch.Phase.SENT;
            batch.unanswered = 1; // Nothing may end it while it is still being sent.
            send(batch);
            batch.unanswered--;
            onAnswer(batch);
        }
        setup.events().wake();
    }

    private void send(Batch batch) {
        Lane lane = batch.lane;
        int most = Math.min(config.messagesMax(), setup.config().limits().unsettledMax() - landings.unsettled());
        for (int i = 0; i < most && !batch.refused && lane.hasWaiting() && lane.peek().trouble == null; i++) {
            if (!lane.outlet.mayTransfer() || quarantined.holds(lane.peek())) {
                return;
            }
            Flight flight = landings.launch(lane);
            batch.flights.add(flight);
            batch.unanswered++;
            batch.transaction.send(lane.outlet.link, flight.entry, outcome -> onOutcome(batch, flight, outcome));
        }
    }

    private void onOutcome(Batch batch, Flight flight, Outcome outcome) {
        if (batch.phase == Batch.Phase.OVER) {
            return;
        }
        batch.unanswered--;
        batch.refused |= outcome.next() != Outcome.Next.ADVANCE;
        flight.lane.outlet.onOutcome(flight, nowMs());
        onAnswer(batch);
    }

    /** Goes on once nothing is unanswered. */
    private void onAnswer(Batch batch) {
        if (batch.unanswered > 0 || batch.phase != Batch.Phase.SENT) {
            return;
        }
        boolean commit = !batch.refused && !batch.flights.isEmpty();
        batch.phase = commit ? Batch.Phase.COMMITTING : Batch.Phase.ROLLING_BACK;
        batch.sinceMs = nowMs();
        batch.transaction.discharge(commit, outcome -> onDischarged(batch, outcome));
        onWritten.run();
    }

    private void onDischarged(Batch batch, Outcome outcome) {
        if (batch.phase == Batch.Phase.OVER) {
            return;
        }
        boolean committed = batch.phase == Batch.Phase.COMMITTING && outcome == Outcome.ACCEPTED;
        end(batch);
        if (committed) {
            setup.meters().onTransaction("committed");
            batch.lane.outlet.rollbacks = 0;
            batch.flights.forEach(flight -> landings.onOutcome(flight, Outcome.ACCEPTED));
        } else if (!batch.flights.isEmpty()) {
            rollBack(batch, outcome);
        }
        lanes.offer(batch.lane);
        setup.events().wake();
    }

    private void rollBack(Batch batch, Outcome outcome) {
        setup.meters().onTransaction("rolled-back");
        Outlet outlet = batch.lane.outlet;
        outlet.rollbacks++;
        if (outlet.rollbacks >= ROLLBACKS_MAX) {
            outlet.transactionsAtMs = nowMs() + WITHOUT_MS;
        }
        LOG.debug(
                "A transaction is rolled back, its messages go one by one [address={}, messages={}, outcome={}]",
                outlet.address,
                batch.flights.size(),
                outcome);
        batch.lane.oneByOneUpTo = batch.lastPosition();
        for (int i = batch.flights.size() - 1; i >= 0; i--) {
            landings.takeBack(batch.flights.get(i));
        }
    }

    private void end(Batch batch) {
        batch.phase = Batch.Phase.OVER;
        batch.lane.batch = null;
        open.remove(batch);
    }

    /** To be called before the lost messages are taken back. */
    void onDisconnected() {
        for (Batch batch : List.copyOf(open)) {
            boolean inDoubt = batch.phase == Batch.Phase.COMMITTING;
            end(batch);
            if (inDoubt) {
                doubt(batch);
            }
            lanes.offer(batch.lane); // One that had nothing under way yet is put back by nobody else.
        }
    }

    /** To be called before the lost messages are taken back. */
    void onLinkLost(Outlet outlet) {
        for (Batch batch : List.copyOf(open)) {
            if (batch.lane.outlet != outlet) {
                continue;
            }
            Batch.Phase phase = batch.phase;
            end(batch);
            if (phase == Batch.Phase.COMMITTING) {
                doubt(batch);
            } else if (phase == Batch.Phase.SENT) {
                batch.transaction.discharge(false, done -> {});
                onWritten.run();
            }
            if (batch.flights.isEmpty()) {
                lanes.evictAll(batch.lane); // Nothing was under way: nobody else sees that it stood in line.
            }
        }
    }

    private void doubt(Batch batch) {
        setup.meters().onTransaction("in-doubt");
        batch.lane.oneByOneUpTo = batch.lastPosition();
        landings.pause(batch.lane, IN_DOUBT_PAUSE_MS);
    }

    /** Whether the peer owes an answer to one for longer than this. */
    boolean isSilent(long now, long timeoutMs) {
        for (Batch batch : open) {
            if (now - batch.sinceMs > timeoutMs) {
                return true;
            }
        }
        return false;
    }
}
