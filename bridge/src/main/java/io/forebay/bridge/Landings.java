package io.forebay.bridge;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owned by the bridge's thread: what becomes of a message after it was sent. It is settled; or its lane waits and offers it
 * again; or it is at fault, and goes into the quarantine. ARCHITECTURE.md section 7 has the table.
 */
final class Landings implements Admissions.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Landings.class);

    private final Conveyor.Setup setup;
    private final Lanes lanes;
    private final Suspects suspects;
    private final Pass pass;
    private final Endings endings;
    private final Admissions admissions;
    private final Flight.Table flights = new Flight.Table();
    private final PriorityQueue<Lane> inBackoff = new PriorityQueue<>(Comparator.comparingLong(lane -> lane.retryAtMs));
    /** Messages that the peer has accepted so far. */
    private long accepted;

    private boolean closed;

    Landings(Conveyor.Setup setup, Lanes lanes, Suspects suspects, Pass pass, Endings endings) {
        this.endings = endings;
        this.setup = setup;
        this.lanes = lanes;
        this.suspects = suspects;
        this.pass = pass;
        admissions = new Admissions(setup.quarantine(), this, setup.meters(), setup.faults());
    }

    Flight.Table flights() {
        return flights;
    }

    /** Messages that are with the peer, or on their way into the quarantine. */
    int unsettled() {
        return flights.size() + admissions.pending();
    }

    /** The first message of a lane that may send is with the peer from now on. */
    Flight launch(Lane lane) {
        Flight flight = takeFirst(lane);
        flights.add(flight);
        suspects.onLaunch(flight);
        lane.outlet.onSent();
        return flight;
    }

    /**
     * The first message of a lane that may send is in the quarantine: it stays there, and the lane goes on as if the message
     * had been sent and settled at once, so that one with a window knows that something is settled ahead of others.
     */
    void passOver(Lane lane) {
        Flight flight = takeFirst(lane);
        setup.settlements().onNotAccepted(flight.entry.position);
        endings.addQuarantinedEarlier(flight.entry.position);
        settle(flight);
        setup.events().wake();
    }

    private Flight takeFirst(Lane lane) {
        long now = nowMs();
        Flight flight = new Flight(lane, lane.poll(), now, setup.clock().nanos().getAsLong());
        lane.addFlight(flight);
        lane.movedAtMs = now;
        return flight;
    }

    /** A message goes back to its lane as if it had not been sent. */
    void takeBack(Flight flight) {
        land(flight);
        lanes.takeBack(flight);
    }

    private long nowMs() {
        return setup.clock().nowMs().getAsLong();
    }

    void onOutcome(Flight flight, Outcome outcome) {
        if (!flight.isOpen()) {
            return;
        }
        land(flight);
        setup.meters().onOutcome(outcome, flight.sentAtNanos);
        flight.lane.outlet.onOutcome(flight, nowMs());
        switch (outcome.next()) {
            case ADVANCE -> advance(flight, outcome);
            case RETRY -> {
                answered(flight);
                offerAgain(flight, outcome, setup.config().retry(), flight.lane.attempts + 1);
            }
            case JUDGE -> judge(flight, outcome);
        }
        setup.events().wake();
    }

    private void land(Flight flight) {
        flights.remove(flight);
        suspects.onLanding(flight);
    }

    private void advance(Flight flight, Outcome outcome) {
        if (outcome == Outcome.ACCEPTED) {
            accepted++;
            flight.lane.outlet.accepted++;
            flight.lane.outlet.attempts = 0;
        } else {
            setup.settlements().onNotAccepted(flight.entry.position);
        }
        flight.lane.movedAtMs = nowMs();
        if (outcome != Outcome.ACCEPTED || flight.entry.trouble != null) {
            endings.add(flight.entry.position, ending(flight, outcome));
        }
        settle(flight);
    }

    private Endings.Ending ending(Flight flight, Outcome outcome) {
        Trouble trouble = flight.entry.trouble;
        long nowMs = setup.clock().wallMs().getAsLong();
        int before = trouble == null ? 0 : trouble.attempts;
        long first = trouble == null ? 0 : trouble.firstAttemptAtMs;
        if (outcome != Outcome.ACCEPTED) {
            long last = trouble == null ? 0 : trouble.lastAttemptAtMs;
            return new Endings.Ending(outcome.name(), before, first, last, nowMs);
        }
        return new Endings.Ending(outcome.name(), before + 1, first, nowMs - (nowMs() - flight.sentAtMs), nowMs);
    }

    private void settle(Flight flight) {
        lanes.settle(flight);
        setup.settlements().onSettled(flight.lane.key);
    }

    @CanIgnoreReturnValue
    private Trouble answered(Flight flight) {
        Trouble trouble = troubleOf(flight);
        trouble.answered();
        return trouble;
    }

    private Trouble troubleOf(Flight flight) {
        long sentAt = setup.clock().wallMs().getAsLong() - (nowMs() - flight.sentAtMs);
        if (flight.entry.trouble == null) {
            flight.entry.trouble = new Trouble(flight.entry.position, sentAt);
        }
        Trouble trouble = flight.entry.trouble;
        trouble.attempts++;
        trouble.lastAttemptAtMs = sentAt;
        return trouble;
    }

    private void judge(Flight flight, Outcome outcome) {
        Trouble trouble = answered(flight);
        trouble.rejections++;
        RouteOptions options = flight.lane.outlet.options;
        boolean once = trouble.rejections > options.rejectedRetries();
        if (once && options.onRejected() == RouteOptions.OnRejected.QUARANTINE) {
            admissions.admit(flight, Refusals.condition(outcome), Refusals.description(outcome));
        } else {
            offerAgain(flight, outcome, setup.config().rejectedRetry(), trouble.rejections);
        }
    }

    private void offerAgain(Flight flight, Outcome outcome, Backoff backoff, int attempts) {
        setup.faults().warn(LOG, Refusals.sentence(outcome), Refusals.keys(flight, outcome));
        flight.lane.attempts++;
        backOff(flight, backoff.delayMs(attempts, setup.random()));
    }

    private void backOff(Flight flight, long delayMs) {
        pause(flight.lane, delayMs);
        lanes.evict(flight);
    }

    /** The lane sends nothing for so long. */
    void pause(Lane lane, long delayMs) {
        if (!lane.inBackoff) {
            lane.inBackoff = true;
            lane.retryAtMs = nowMs() + delayMs;
            inBackoff.add(lane);
        }
    }

    @Override
    public void onAdmitted(Flight flight, QuarantinedMessage kept) {
        setup.events().onQuarantined(kept, flight.entry.sequence(), flight.lane.outlet.options);
        if (!closed) {
            setup.settlements().onNotAccepted(flight.entry.position);
            endings.add(
                    kept.position(),
                    new Endings.Ending(
                            Endings.QUARANTINED,
                            kept.attempts(),
                            kept.firstAttemptAtMs(),
                            kept.lastAttemptAtMs(),
                            setup.clock().wallMs().getAsLong()));
            settle(flight);
            setup.events().wake();
        }
    }

    /** It is offered again, and if it is rejected once more, or ends a link once more, the quarantine is asked again. */
    @Override
    public void onNotAdmitted(Flight flight) {
        if (!closed) {
            flight.lane.attempts++;
            backOff(flight, setup.config().rejectedRetry().delayMs(flight.lane.attempts, setup.random()));
            setup.events().wake();
        }
    }

    /** Lets the lanes go on that have waited long enough. */
    void tick(long now) {
        while (!inBackoff.isEmpty() && inBackoff.peek().retryAtMs <= now) {
            Lane lane = inBackoff.poll();
            lane.inBackoff = false;
            lanes.offer(lane);
            pass.recheck();
        }
    }

    /** The connection is lost; what was with the peer is the next of its lane again. */
    void onDisconnected(String why) {
        setup.meters().onLost(flights.size());
        boolean alone = flights.size() == 1;
        // From the last to the first, so that each goes to the head of its lane.
        for (Flight flight = flights.newest(); flight != null; flight = flights.newest()) {
            land(flight);
            if (!isGuilty(flight, true, alone, accepted, why)) {
                lanes.putBack(flight);
            }
        }
    }

    /** A link is lost; its lanes wait on disk until there is another. */
    void onLinkLost(Outlet outlet, String why) {
        List<Flight> lost = new ArrayList<>();
        for (Flight flight = flights.newest(); flight != null; flight = flights.before(flight)) {
            if (flight.lane.outlet == outlet) {
                lost.add(flight);
            }
        }
        setup.meters().onLost(lost.size());
        for (Flight flight : lost) {
            land(flight);
            if (!isGuilty(flight, false, lost.size() == 1, outlet.accepted, why)) {
                lanes.takeBack(flight);
            }
        }
        for (Flight flight : lost) {
            lanes.evictAll(flight.lane);
        }
    }

    private boolean isGuilty(Flight flight, boolean connection, boolean alone, long takenMeanwhile, String why) {
        Trouble trouble = troubleOf(flight);
        boolean guilty = suspects.isGuilty(trouble, connection, alone, takenMeanwhile, why)
                && !(connection && setup.peer().endedPerhapsOverAFullQueue())
                && !Faults.speakOfRoom(why)
                && flight.lane.outlet.options.onRejected() == RouteOptions.OnRejected.QUARANTINE;
        if (guilty) {
            admissions.admit(flight, connection ? "connection-ended" : "link-ended", why);
        }
        return guilty;
    }

    /** What is still to come from the quarantine is not heard any more. */
    void close() {
        closed = true;
    }
}
