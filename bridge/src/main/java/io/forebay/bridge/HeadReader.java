package io.forebay.bridge;

import io.forebay.storage.LogCursor;

/**
 * Owned by the bridge's thread: reads the log forward, once. A message of a lane that has room goes to memory; the first
 * one that has none spills its lane, and the later ones of a spilled lane are passed over and cost nothing.
 */
final class HeadReader implements AutoCloseable {
    private final LogCursor cursor;
    private final Lanes lanes;
    private final ReadAhead readAhead;
    private final int lanesMax;
    private final Runnable onUnrouted;

    /** @param onUnrouted told of each message that no route takes: it is settled */
    HeadReader(LogCursor cursor, Lanes lanes, ReadAhead readAhead, int lanesMax, Runnable onUnrouted) {
        this.onUnrouted = onUnrouted;
        this.cursor = cursor;
        this.lanes = lanes;
        this.readAhead = readAhead;
        this.lanesMax = lanesMax;
    }

    /** Everything before is with a lane or settled. */
    long position() {
        return cursor.nextPosition();
    }

    boolean mayRead() {
        return readAhead.hasRoom() && lanes.size() < lanesMax;
    }

    /** @return how many messages were read, at most {@code max} */
    int read(int max, long nowMs) {
        int read = 0;
        while (read < max && mayRead() && cursor.next()) {
            read++;
            place(nowMs);
        }
        return read;
    }

    private void place(long nowMs) {
        if (cursor.fromAmqp()) {
            return; // For devices only; it counts as settled once the head has gone past it.
        }
        String key = cursor.lane();
        Lane lane = lanes.of(key);
        if (lane == null) {
            lane = lanes.create(key);
            if (lane == null) {
                onUnrouted.run();
                return;
            }
        } else if (lane.isSpilled()) {
            return;
        }
        if (lanes.hasRoom(lane)) {
            lanes.take(lane, cursor.position(), cursor.message(), nowMs);
        } else {
            lanes.spill(lane, cursor.position());
        }
    }

    @Override
    public void close() {
        cursor.close();
    }
}
