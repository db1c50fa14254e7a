package io.forebay.gateway.mqtt.accept;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Decides who is let in and when. Only so many are between accept and CONNACK at a time; the others wait in a line for each
 * source address, and the lines take turns, so that an address with many connections holds up nobody of another. Owned by
 * the thread that accepts; knows neither sockets nor clocks.
 */
final class Reception {
    /** Nothing happens of itself. */
    static final long NEVER = Long.MAX_VALUE;
    /** After so long it is asked again whether they still wait for us. */
    private static final long BEHIND_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final AcceptLimits limits;
    private final int openMax;
    private final AcceptMeters meters;
    private final Sources sources;
    private final TokenBucket rate;
    /** In the order in which the turns began. */
    private final Set<Arrival> inTurn = new LinkedHashSet<>();
    /** In the order of coming, over all lines. */
    private final Set<Arrival> waiting = new LinkedHashSet<>();
    /** Sources with somebody in line: each is here or among the resting, once. */
    private final Deque<Source> ready = new ArrayDeque<>();

    private final PriorityQueue<Source> resting =
            new PriorityQueue<>((one, other) -> Long.signum(one.restsUntil - other.restsUntil));

    /** @param openMax how many connections may be open, waiting ones included, whatever the limits say */
    Reception(AcceptLimits limits, int openMax, AcceptMeters meters, long now) {
        this.limits = limits;
        this.openMax = openMax;
        this.meters = meters;
        this.sources = new Sources(limits);
        this.rate = new TokenBucket(limits.rateMax(), now);
    }

    /** Somebody has come; {@link #serve} lets in who is to be let in. */
    void arrive(Arrival arrival, long now) {
        Source source = sources.enter(arrival.address, now);
        if (limits.connectionsPerAddressMax() > 0 && source.connections > limits.connectionsPerAddressMax()) {
            refuse(arrival, "connections-per-address-max", now);
        } else if (sources.connections() > openMax) {
            refuse(arrival, "open-files", now);
        } else if (waiting.size() >= limits.waitingMax() + free()) {
            refuse(arrival, "waiting-max", now);
        } else {
            arrival.state = Arrival.State.WAITING;
            arrival.since = now;
            boolean unused = waiting.add(arrival) && source.line.add(arrival);
            makeReady(source);
        }
    }

    private void makeReady(Source source) {
        if (!source.queued) {
            source.queued = true;
            ready.add(source);
        }
    }

    /**
     * Lets in who may come in now.
     *
     * @param behind whether some of those in turn wait for us: then none has had its time, or those who are begun would be
     *     ever more, and in the end none of them in time
     * @return how long until something may have changed of itself, or NEVER
     */
    @CanIgnoreReturnValue
    long serve(long now, boolean behind) {
        if (!behind) {
            endTurns(now);
        }
        endWaits(now);
        for (Source source = resting.peek(); source != null && source.restsUntil - now <= 0; source = resting.peek()) {
            ready.add(resting.remove());
        }
        while (free() > 0 && rate.untilNext(now) == 0 && !ready.isEmpty()) {
            admitOneOf(ready.remove(), now);
        }
        meters.now(waiting.size(), inTurn.size());
        return nextChange(now, behind);
    }

    /** It is as far as CONNACK, or has had its time: the next one's turn. */
    void served(Arrival arrival) {
        if (inTurn.remove(arrival)) {
            arrival.state = Arrival.State.SERVED;
        }
    }

    /** Its socket is closed, by whomever. */
    void gone(Arrival arrival, long now) {
        if (arrival.state == Arrival.State.GONE) {
            return;
        }
        served(arrival);
        if (waiting.remove(arrival)) {
            boolean unused = sources.of(arrival.address).line.remove(arrival);
        }
        arrival.state = Arrival.State.GONE;
        sources.leave(arrival.address, now);
    }

    private int free() {
        return Math.max(0, limits.handshakesMax() - inTurn.size());
    }

    private void admitOneOf(Source source, long now) {
        source.queued = false;
        if (source.line.isEmpty()) {
            return; // All of them have given up.
        }
        long rest = source.rate.untilNext(now);
        if (rest > 0) {
            source.restsUntil = now + rest;
            source.queued = true;
            resting.add(source);
            return;
        }
        Arrival arrival = source.line.iterator().next();
        boolean unused = source.line.remove(arrival) && waiting.remove(arrival);
        if (!source.line.isEmpty()) {
            makeReady(source);
        }
        source.rate.take(1, now);
        rate.take(1, now);
        admit(arrival, now);
    }

    private void admit(Arrival arrival, long now) {
        meters.admitted(now - arrival.since);
        arrival.state = Arrival.State.IN_TURN;
        arrival.since = now;
        inTurn.add(arrival);
        arrival.outcome.admitted();
    }

    private void refuse(Arrival arrival, String limit, long now) {
        meters.refused(limit, arrival.address, now);
        gone(arrival, now);
        arrival.outcome.refused();
    }

    private void endTurns(long now) {
        while (!inTurn.isEmpty() && now - first(inTurn).since >= turnNs()) {
            served(first(inTurn));
        }
    }

    private void endWaits(long now) {
        while (!waiting.isEmpty() && now - first(waiting).since >= waitNs()) {
            refuse(first(waiting), "wait-max-s", now);
        }
    }

    private long nextChange(long now, boolean behind) {
        if (waiting.isEmpty()) {
            return NEVER;
        }
        long next = first(waiting).since + waitNs() - now;
        if (free() == 0) {
            long turnEnds = first(inTurn).since + turnNs() - now;
            return Math.min(next, behind ? Math.max(turnEnds, BEHIND_NS) : turnEnds);
        }
        if (!ready.isEmpty()) {
            next = Math.min(next, rate.untilNext(now));
        }
        return resting.isEmpty() ? next : Math.min(next, resting.element().restsUntil - now);
    }

    private static Arrival first(Set<Arrival> arrivals) {
        return arrivals.iterator().next();
    }

    private long turnNs() {
        return TimeUnit.MILLISECONDS.toNanos(limits.handshakeTurnMs());
    }

    private long waitNs() {
        return TimeUnit.MILLISECONDS.toNanos(limits.waitMaxMs());
    }
}
