package io.forebay.bridge;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Owned by the bridge's thread: finds the message over which the peer ends a link or the connection, again and again.
 *
 * <p>Whatever was with the peer when it ended a link or the connection may have been the reason. A message to which this
 * happened twice in a row is sent in company of a few like it; one to which it happened three times is <i>tried alone</i>,
 * with nothing else on the link, or on the connection if that was lost. The innocent clear themselves with their first
 * outcome. Who ends it alone several times is guilty, provided that the peer has meanwhile taken other messages, or has
 * said that the message is malformed. A broker that is down, or that falls over whatever it is sent, meets neither.
 */
final class Suspects {
    /** What a trial asks of who runs it. */
    interface Court {
        /** Whether nothing at all is with the peer. */
        boolean isQuiet();

        /** Whether one more may be with the peer. */
        boolean hasRoom();

        /** Sends the first message of the lane now. */
        void launch(Lane lane);
    }

    static final int LOSSES_ALONE_MIN = 3;

    private static final int TOGETHER_AFTER = 2;
    private static final int ALONE_AFTER = 3;
    private static final int TOGETHER_MAX = 16;
    /** The others have so long of a new connection or link before a suspect is tried alone on it. */
    private static final long OTHERS_FIRST_MS = 500;
    /** If what is under way takes longer than this, the trial is put off. */
    private static final long QUIET_WITHIN_MS = 2_000;

    private static final long PUT_OFF_MS = 10_000;

    private final ArrayDeque<Lane> inCompany = new ArrayDeque<>();
    private final ArrayDeque<Lane> alone = new ArrayDeque<>();
    private final Outlets outlets;
    private final Backoff betweenTrials;
    private final RandomGenerator random;
    private final LongSupplier nowMs;
    private int together;
    private Lane tried;
    private boolean launched;
    private long triedSinceMs;
    private long connectedAtMs;

    Suspects(Outlets outlets, Backoff betweenTrials, RandomGenerator random, LongSupplier nowMs) {
        this.outlets = outlets;
        this.betweenTrials = betweenTrials;
        this.random = random;
        this.nowMs = nowMs;
    }

    /** Whether the first message of the lane may be sent like any other; if not, the lane is kept until it may. */
    boolean passes(Lane lane) {
        int losses = lane.peek().losses();
        if (losses < TOGETHER_AFTER || lane == tried) {
            return true;
        }
        if (losses < ALONE_AFTER && together < TOGETHER_MAX) {
            return true;
        }
        lane.queued = true;
        (losses < ALONE_AFTER ? inCompany : alone).add(lane);
        return false;
    }

    void onLaunch(Flight flight) {
        if (flight.entry.losses() >= TOGETHER_AFTER) {
            flight.suspect = true;
            together++;
        }
    }

    /** It has an outcome, or was lost. */
    void onLanding(Flight flight) {
        if (!flight.suspect) {
            return;
        }
        flight.suspect = false;
        together--;
        if (flight.lane == tried && launched) {
            endTrial();
        }
        if (!inCompany.isEmpty()) {
            backInLine(inCompany.poll());
        }
    }

    /** To be called every few milliseconds while connected. */
    void tick(Court court) {
        for (int i = together; i < TOGETHER_MAX && !inCompany.isEmpty(); i++) {
            backInLine(inCompany.poll());
        }
        if (tried == null) {
            beginTrial();
        }
        if (tried == null || launched) {
            return;
        }
        // The head may have changed: in a lane with a window an earlier message may have come back.
        boolean stands = tried.maySend() && tried.peek().losses() >= ALONE_AFTER;
        if (!stands || nowMs.getAsLong() - triedSinceMs > QUIET_WITHIN_MS) {
            Lane lane = tried;
            endTrial();
            putOff(lane);
        } else if (court.hasRoom() && isQuiet(court) && tried.outlet.credit() > 0) {
            launched = true;
            court.launch(tried);
        }
    }

    private boolean isQuiet(Court court) {
        return tried.peek().trouble.lostConnection ? court.isQuiet() : tried.outlet.inFlight == 0;
    }

    private void beginTrial() {
        Lane next = leastSuspected();
        if (next != null) {
            alone.remove(next);
            tried = next;
            launched = false;
            triedSinceMs = nowMs.getAsLong();
            outlets.hold(next.peek().trouble.lostConnection ? null : next.outlet);
        }
    }

    /** One that ended it alone before must not keep the innocent from clearing themselves. */
    private Lane leastSuspected() {
        Lane least = null;
        for (int i = alone.size(); i > 0; i--) {
            Lane lane = alone.poll();
            if (!lane.hasWaiting() || lane.peek().losses() < ALONE_AFTER) {
                backInLine(lane);
                continue;
            }
            alone.add(lane);
            boolean isLess = least == null || lane.peek().trouble.lossesAlone < least.peek().trouble.lossesAlone;
            if (isLess && mayBeTried(lane)) {
                least = lane;
            }
        }
        return least;
    }

    private boolean mayBeTried(Lane lane) {
        long now = nowMs.getAsLong();
        return lane.outlet.credit() > 0
                && now >= lane.peek().trouble.tryAloneAtMs
                && now - Math.max(connectedAtMs, lane.outlet.openedAtMs) >= OTHERS_FIRST_MS;
    }

    private void putOff(Lane lane) {
        if (lane.hasWaiting() && lane.peek().trouble != null) {
            lane.peek().trouble.tryAloneAtMs = nowMs.getAsLong() + PUT_OFF_MS;
        }
        backInLine(lane);
    }

    private void endTrial() {
        tried = null;
        launched = false;
        outlets.release();
    }

    private void backInLine(Lane lane) {
        lane.outlet.ready.addFirst(lane);
        outlets.activate(lane.outlet);
    }

    void onConnected() {
        connectedAtMs = nowMs.getAsLong();
    }

    /** Its link, or with null the connection, is gone: its lanes stand in line again. */
    void onGone(Outlet outlet) {
        for (ArrayDeque<Lane> queue : List.of(inCompany, alone)) {
            for (int i = queue.size(); i > 0; i--) {
                Lane lane = queue.poll();
                if (outlet == null || lane.outlet == outlet) {
                    lane.outlet.ready.add(lane);
                } else {
                    queue.add(lane);
                }
            }
        }
        if (tried != null && (outlet == null || tried.outlet == outlet)) {
            Lane lane = tried;
            boolean stoodInLine = !launched;
            endTrial();
            if (stoodInLine) {
                lane.outlet.ready.add(lane);
            }
        }
    }

    /**
     * Notes that a message was with the peer when its link or the connection ended.
     *
     * @param accepted how many messages the peer has accepted on the link, or on all
     * @param why in the broker's words; empty if it was us who ended it
     * @return whether it is the message's fault
     */
    boolean isGuilty(Trouble trouble, boolean connection, boolean wasAlone, long accepted, String why) {
        trouble.losses++;
        trouble.lostConnection = connection;
        if (!wasAlone || trouble.losses <= ALONE_AFTER) {
            return false;
        }
        if (trouble.lossesAlone == 0) {
            trouble.acceptedByThen = accepted;
        }
        trouble.lossesAlone++;
        trouble.tryAloneAtMs = nowMs.getAsLong() + betweenTrials.delayMs(trouble.lossesAlone, random);
        return trouble.lossesAlone >= LOSSES_ALONE_MIN
                && (accepted > trouble.acceptedByThen || Faults.speakOfTheMessage(why));
    }
}
