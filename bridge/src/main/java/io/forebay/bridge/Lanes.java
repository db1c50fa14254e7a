package io.forebay.bridge;

import io.forebay.storage.LogCursor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Owned by the bridge's thread: all lanes that are not idle, and the rule by which their messages come into memory and
 * leave it.
 *
 * <p>Call H the position that the head cursor looks at next. For each lane and at any time between two calls:
 *
 * <ol>
 *   <li>What is unsettled before H is what is in memory (with the peer or waiting), and, if the lane is spilled, all of its
 *       messages from {@code resumeAt} up to H. Everything in memory stands before {@code resumeAt}.
 *   <li>So an idle lane has nothing unsettled before H, and the least {@code firstUnsettled} of all lanes, or H if there is
 *       no lane, is what the log must keep.
 * </ol>
 *
 * <p>Order follows: messages go from the disk to the tail of the lane's queue and from its head to the peer, one at a
 * time. What must never happen is that a message is taken into the queue while an earlier one is on disk only. The head
 * cursor takes only for lanes that are not spilled, and there nothing is on disk only (1). The catch-up cursor takes only
 * for lanes that its pass <i>follows</i>, see {@link CatchUp}: it has then seen every message of the lane from
 * {@code resumeAt} on.
 *
 * <p>Whatever throws messages out of memory ends in {@link #spill}, with the position of the first one thrown out, and
 * throws out all that come after it.
 */
final class Lanes {
    private final Map<Object, Lane> byKey = new HashMap<>();
    private final ReadAhead readAhead;
    private final Outlets outlets;
    private final Pass pass;
    private final Pass dropsPass;
    private final Sequences sequences;
    private final Tally tally;
    /** Those with something settled ahead. */
    private final Set<Lane> ahead = new HashSet<>();

    private int spilled;

    Lanes(ReadAhead readAhead, Outlets outlets, Pass pass, Pass dropsPass, Sequences sequences, Tally tally) {
        this.dropsPass = dropsPass;
        this.tally = tally;
        this.sequences = sequences;
        this.readAhead = readAhead;
        this.outlets = outlets;
        this.pass = pass;
    }

    Tally tally() {
        return tally;
    }

    int size() {
        return byKey.size();
    }

    int spilledCount() {
        return spilled;
    }

    Collection<Lane> all() {
        return byKey.values();
    }

    /** What a message is known by; see {@link Routes#key}. */
    String keyOf(LogCursor cursor) {
        return outlets.routes().key(cursor);
    }

    /** The lane of a message; null if there is none yet. */
    Lane of(String messageKey) {
        return byKey.get(outlets.routes().laneKey(messageKey));
    }

    /** Null if it is idle. */
    Lane byKey(Object key) {
        return byKey.get(key);
    }

    /** Where a message goes; null if no route takes it. */
    Routes.Place placeOf(String messageKey) {
        return outlets.routes().place(messageKey);
    }

    /** The same, and what it counts for. */
    Routes.Way wayOf(String messageKey) {
        return outlets.routes().way(messageKey);
    }

    /** Whether it is us who carry what goes there. */
    boolean has(Routes.Place place) {
        return outlets.has(place);
    }

    Lane create(String messageKey, Routes.Way way) {
        Routes.Place place = way.place();
        Outlet outlet = outlets.of(place);
        Object key = outlets.routes().laneKey(messageKey);
        LaneSequence sequence = counts(place) ? sequences.open(outlets.routes().sequenceKey(key)) : null;
        Lane lane = new Lane(key, outlet, sequence, way.shareOfLane());
        if (sequence != null) {
            sequence.lane = lane;
        }
        outlet.lanes++;
        byKey.put(key, lane);
        return lane;
    }

    private boolean counts(Routes.Place place) {
        return sequences.isOn() && place.options().mapping().laneSequence();
    }

    /** Whether a message for which there is no lane was settled before the last start. */
    boolean wasSettled(String messageKey, Routes.Place place, long position) {
        return sequences.startedAfter(position)
                && counts(place)
                && sequences.wasSettled(
                        outlets.routes().sequenceKey(outlets.routes().laneKey(messageKey)), position);
    }

    boolean hasRoom(Lane lane) {
        if (lane.inBackoff || lane.slow || !lane.outlet.mayHold()) {
            return false;
        }
        // A lane whose message was refused takes nothing but that one: it may well be refused again.
        return lane.units == 0 || (lane.attempts == 0 && lane.units < readAhead.laneUnitsMax());
    }

    /** Which share a message of a lane counts for. */
    private int shareOf(Lane lane, String messageKey) {
        boolean one = lane != null && lane.share != Routes.SEVERAL_SHARES;
        return one ? lane.share : outlets.routes().share(messageKey);
    }

    /**
     * Counts a message that is not settled, the first time that anybody reads it.
     *
     * @param lane null if it is idle
     */
    void count(Lane lane, String messageKey, LogCursor cursor) {
        tally.count(shareOf(lane, messageKey), cursor.position(), cursor.bytes());
    }

    /** Takes the next message of the lane into memory: the one under the cursor. */
    void take(Lane lane, String messageKey, LogCursor cursor, long nowMs) {
        Entry entry = new Entry(cursor.position(), cursor.message(), shareOf(lane, messageKey), cursor.bytes());
        readAhead.add(lane, entry);
        if (lane.units == readAhead.units(entry)) {
            lane.movedAtMs = nowMs;
        }
        if (lane.sequence != null) {
            sequences.count(lane.sequence, entry);
        }
        lane.addLast(entry);
        offer(lane);
    }

    /** Lets the lane stand in line if it has something to send. */
    void offer(Lane lane) {
        if (lane.maySend() && !lane.queued) {
            lane.queued = true;
            lane.outlet.ready.add(lane);
            outlets.activate(lane.outlet);
        }
    }

    /** From {@code position} on the lane's messages are on disk only. */
    void spill(Lane lane, long position) {
        if (!lane.isSpilled()) {
            spilled++;
        }
        lane.resumeAt = position;
        if (pass.hasPassed(position)) {
            lane.missedIn = pass.number();
        }
        if (dropsPass.hasPassed(position)) {
            lane.missedInDrops = dropsPass.number();
        }
        pass.recheck();
    }

    /** The head cursor is the one who reads on for this lane again. */
    void unspill(Lane lane) {
        spilled--;
        lane.resumeAt = Lane.NOT_SPILLED;
    }

    /** Throws out what waits in memory, but not what is with the peer, nor what the lane has sent later ones past. */
    void evictWaiting(Lane lane) {
        throwOut(lane, lane.cutBehindOvertaken());
    }

    /** Throws out all that waits in memory; if later ones were settled, they are sent again. */
    void evictAll(Lane lane) {
        // What is behind one that is with the peer must not be read again together with that one.
        throwOut(lane, lane.inFlight() > 0 ? lane.cutBehindOvertaken() : lane.cutAll());
    }

    private void throwOut(Lane lane, Entry first) {
        if (first == null) {
            return;
        }
        lane.trouble = first.trouble;
        if (lane.sequence != null) {
            lane.sequence.rewind(first);
        }
        for (Entry entry = first; entry != null; entry = entry.next) {
            readAhead.remove(lane, entry);
        }
        spill(lane, first.position);
    }

    /** A message that was with the peer goes back to where it was in its queue. */
    void putBack(Flight flight) {
        takeBack(flight);
        offer(flight.lane);
    }

    /** The same, but the lane is not let stand in line. */
    void takeBack(Flight flight) {
        Lane lane = flight.lane;
        lane.removeFlight(flight);
        lane.slow = false;
        lane.putBack(flight.entry);
    }

    /** Throws out a message that was with the peer and what waits behind it, as far as {@link #evictWaiting} does. */
    void evict(Flight flight) {
        takeBack(flight);
        evictWaiting(flight.lane);
    }

    /** The message that was with the peer is done. */
    void settle(Flight flight) {
        Lane lane = flight.lane;
        lane.removeFlight(flight);
        lane.slow = false;
        lane.attempts = 0;
        lane.trouble = null;
        readAhead.remove(lane, flight.entry);
        letGo(lane, flight.entry);
        offer(lane);
        if (lane.sequence != null) {
            sequences.touch(lane.sequence);
        }
        if (lane.isSpilled()) {
            pass.recheck();
        } else if (lane.isIdle()) {
            leave(lane);
        }
    }

    /** A strict lane settles in order; of another one what is settled ahead of others is let go with those. */
    private void letGo(Lane lane, Entry entry) {
        if (lane.window == 1) {
            tally.release(entry.share, entry.position, entry.logBytes);
        } else {
            lane.settledAhead(entry);
            ahead.add(lane);
        }
    }

    /** Those of a share; not to be changed while it is gone through. */
    List<Lane> of(int share) {
        return byKey.values().stream().filter(lane -> lane.share == share).toList();
    }

    /**
     * The first that waits in memory is settled without being sent; nothing of the lane is with the peer.
     *
     * @return whether it was not settled before, by being sent ahead of others
     */
    boolean dropFirst(Lane lane) {
        Entry entry = lane.poll();
        readAhead.remove(lane, entry);
        if (lane.isSpilled()) {
            pass.recheck();
        }
        return drop(lane, entry);
    }

    /** The same for the first that is on disk only, under the cursor. */
    boolean dropUnread(Lane lane, String messageKey, LogCursor cursor) {
        Entry entry = new Entry(cursor.position(), cursor.message(), shareOf(lane, messageKey), cursor.bytes());
        if (lane.sequence != null) {
            sequences.count(lane.sequence, entry);
        }
        spill(lane, cursor.nextPosition());
        return drop(lane, entry);
    }

    private boolean drop(Lane lane, Entry entry) {
        lane.attempts = 0;
        lane.trouble = null;
        boolean first = !lane.removeAhead(entry.position);
        tally.release(entry.share, entry.position, entry.logBytes);
        if (lane.sequence != null) {
            sequences.touch(lane.sequence);
        }
        return first;
    }

    void leaveIfIdle(Lane lane) {
        if (lane.isIdle()) {
            leave(lane);
        }
    }

    /** Lets go what has nothing unsettled before it in its lane any more. */
    void letGoAhead() {
        ahead.removeIf(lane -> {
            letGoBefore(lane, lane.firstUnsettled());
            return !lane.hasAhead();
        });
    }

    private void letGoBefore(Lane lane, long position) {
        for (var next = lane.pollAheadBefore(position); next != null; next = lane.pollAheadBefore(position)) {
            tally.release(
                    next.getValue().share(), next.getKey(), next.getValue().logBytes());
        }
    }

    private void leave(Lane lane) {
        if (ahead.remove(lane)) {
            letGoBefore(lane, Long.MAX_VALUE);
        }
        byKey.remove(lane.key);
        outlets.left(lane.outlet);
        if (lane.sequence != null) {
            sequences.left(lane.sequence);
        }
    }

    /** The pass has come to {@code reached} and {@code head} is H; see {@link CatchUp}. */
    void advanceFollowed(long reached, long head) {
        List<Lane> done = new ArrayList<>();
        for (Lane lane : byKey.values()) {
            if (lane.isSpilled() && pass.follows(lane)) {
                lane.resumeAt = Math.max(lane.resumeAt, reached);
                if (reached >= head) {
                    unspill(lane);
                    done.add(lane);
                }
            }
        }
        for (Lane lane : done) {
            if (lane.isIdle()) {
                leave(lane);
            }
        }
    }

    long firstUnsettled(long head) {
        long least = head;
        for (Lane lane : byKey.values()) {
            least = Math.min(least, lane.firstUnsettled());
        }
        return least;
    }
}
