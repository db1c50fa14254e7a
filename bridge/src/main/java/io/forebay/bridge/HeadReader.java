package io.forebay.bridge;

import io.forebay.storage.LogCursor;
import java.util.function.LongSupplier;

/**
 * Owned by the bridge's thread: reads the log forward, once. A message of a lane that has room goes to memory; the first
 * one that has none spills its lane, and the later ones of a spilled lane are passed over and cost nothing. It does not
 * wait for room: so it comes to what is new, whatever backlog there is before it, and the lanes of new messages that have
 * no part in the backlog do not wait for its end.
 */
final class HeadReader implements AutoCloseable {
    private final LogCursor cursor;
    private final Lanes lanes;
    private final ReadAhead readAhead;
    private final Sequences sequences;
    private final Tally tally;
    private final int lanesMax;
    private final LongSupplier durableEnd;
    private final Runnable onUnrouted;
    private long freshFrom;

    /** @param onUnrouted told of each message that no route takes: it is settled */
    HeadReader(
            LogCursor cursor,
            Lanes lanes,
            ReadAhead readAhead,
            Sequences sequences,
            int lanesMax,
            LongSupplier durableEnd,
            Runnable onUnrouted) {
        this.sequences = sequences;
        this.durableEnd = durableEnd;
        this.onUnrouted = onUnrouted;
        this.cursor = cursor;
        this.lanes = lanes;
        this.tally = lanes.tally();
        this.readAhead = readAhead;
        this.lanesMax = lanesMax;
    }

    /** Everything before is with a lane or settled. */
    long position() {
        return cursor.nextPosition();
    }

    boolean mayRead() {
        return lanes.size() < lanesMax && !sequences.isFull();
    }

    /** @return how many messages were read, at most {@code max} */
    int read(int max, long nowMs) {
        int read = 0;
        while (read < max && mayRead() && cursor.next()) {
            read++;
            place(nowMs);
            if (tally.reached() < cursor.nextPosition()) {
                tally.reach(cursor.nextPosition());
            }
        }
        return read;
    }

    private void place(long nowMs) {
        if (cursor.fromAmqp()) {
            return; // For devices only; it counts as settled once the head has gone past it.
        }
        String key = lanes.keyOf(cursor);
        Lane lane = lanes.of(key);
        if (lane == null) {
            lane = newLane(key);
            if (lane == null) {
                return;
            }
        }
        if (cursor.position() >= tally.reached()) {
            lanes.count(lane, key, cursor);
        }
        if (lane.isSpilled()) {
            return;
        }
        if (isRoom() && lanes.hasRoom(lane)) {
            lanes.take(lane, key, cursor, nowMs);
        } else {
            lanes.spill(lane, cursor.position());
        }
    }

    /** @return null if the message is not for us to carry, or is settled */
    private Lane newLane(String key) {
        Routes.Way way = lanes.wayOf(key);
        if (way == null) {
            onUnrouted.run();
            return null;
        }
        Routes.Place place = way.place();
        boolean open = lanes.has(place) && !lanes.wasSettled(key, place, cursor.position());
        return open ? lanes.create(key, way) : null;
    }

    /** What was there before this is backlog, and gets no more than backlog gets. */
    void freshFrom(long position) {
        freshFrom = position;
    }

    private boolean isRoom() {
        if (cursor.position() < freshFrom) {
            return readAhead.hasRoomForOld();
        }
        if (!readAhead.hasRoom()) {
            freshFrom = durableEnd.getAsLong(); // What came so far has become the backlog.
        }
        return readAhead.hasRoom();
    }

    @Override
    public void close() {
        cursor.close();
    }
}
