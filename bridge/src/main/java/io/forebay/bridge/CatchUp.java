package io.forebay.bridge;

import io.forebay.storage.LogCursor;
import java.util.function.LongSupplier;

/**
 * Owned by the bridge's thread: brings the messages of spilled lanes back from disk, with a cursor of its own that makes
 * passes. A pass begins at the least {@code resumeAt} of the lanes that want more and goes towards H, the head cursor's
 * next position; it may end anywhere.
 *
 * <p>It <i>follows</i> a lane whose {@code resumeAt} was not before the pass when it was set, that is: the lane has been
 * spilled since before the pass began with {@code resumeAt} at or after the start; or it was spilled during the pass at a
 * position that the pass had not reached. Whoever spills a lane at a position that the pass has gone past marks it as
 * missed, and the pass follows it no more ({@link Lanes#spill}). So for a lane that is followed, each of its messages in
 * [{@code resumeAt}, {@code reached}) would have been looked at: had it been taken, {@code resumeAt} would stand after it;
 * had it not been taken, the lane would be marked as missed. Hence there is none, and the next one that is met may be
 * taken; hence also {@code resumeAt} may be moved up to {@code reached} at the end, and a lane that is followed up to H has
 * nothing on disk only, so that it is spilled no more.
 */
final class CatchUp implements AutoCloseable {
    /** A pass that takes nothing for so many messages ends: the lanes that it finds nothing for may be all of them. */
    private static final int BARREN_MAX = 4096;

    private static final int SCAN_COST_DIVISOR = 20;

    private final LogCursor cursor;
    private final HeadReader head;
    private final Lanes lanes;
    private final Pass pass;
    private final ReadAhead readAhead;
    private final LongSupplier nanos;
    private final LongSupplier forgotten;
    private int barren;
    private long scanAgainAtNanos;

    /** @param forgotten everything before is settled, and perhaps not there any more */
    CatchUp(
            LogCursor cursor,
            HeadReader head,
            Lanes lanes,
            Pass pass,
            ReadAhead readAhead,
            LongSupplier nanos,
            LongSupplier forgotten) {
        this.forgotten = forgotten;
        this.cursor = cursor;
        this.head = head;
        this.lanes = lanes;
        this.pass = pass;
        this.readAhead = readAhead;
        this.nanos = nanos;
        this.scanAgainAtNanos = nanos.getAsLong();
    }

    /** @return how many messages were looked at, at most {@code max} */
    int read(int max, long nowMs) {
        int looked = 0;
        passOverForgotten();
        while (looked < max && readAhead.hasRoomForOld() && (pass.isRunning() || begin())) {
            if (barren >= BARREN_MAX) {
                end();
            } else if (pass.reached() >= head.position() || !cursor.next() || cursor.position() >= head.position()) {
                pass.reach(head.position());
                end();
            } else {
                looked++;
                pass.reach(cursor.nextPosition());
                look(nowMs);
            }
        }
        return looked;
    }

    /** What a pass has before it may be given up by {@link Drops}, and forgotten: nothing of any lane is there any more. */
    private void passOverForgotten() {
        long from = forgotten.getAsLong();
        if (pass.isRunning() && pass.reached() < from) {
            cursor.moveTo(from);
            pass.reach(from);
        }
    }

    private void look(long nowMs) {
        barren++;
        if (cursor.fromAmqp()) {
            return; // A device may have the name that these messages carry.
        }
        long position = cursor.position();
        String key = lanes.keyOf(cursor);
        Lane lane = lanes.of(key);
        if (lane == null || !lane.isSpilled() || !pass.follows(lane) || lane.resumeAt > position) {
            return;
        }
        if (lanes.hasRoom(lane)) {
            lanes.take(lane, key, cursor, nowMs);
            lane.resumeAt = pass.reached();
            barren = 0;
        } else {
            lanes.spill(lane, position);
        }
    }

    private boolean begin() {
        if (!pass.needsCheck() || nanos.getAsLong() - scanAgainAtNanos < 0) {
            return false;
        }
        long before = nanos.getAsLong();
        long from = leastWanted();
        long after = nanos.getAsLong();
        // With very many lanes the search for those that want more must not become the main occupation.
        scanAgainAtNanos = after + SCAN_COST_DIVISOR * (after - before);
        if (from == Long.MAX_VALUE) {
            pass.checked();
            return false;
        }
        barren = 0;
        pass.begin(from);
        cursor.moveTo(from);
        return true;
    }

    private void end() {
        lanes.advanceFollowed(pass.reached(), head.position());
        pass.end();
        pass.recheck();
        cursor.rest();
    }

    private long leastWanted() {
        long least = Long.MAX_VALUE;
        if (lanes.spilledCount() == 0) {
            return least;
        }
        for (Lane lane : lanes.all()) {
            if (lane.isSpilled() && lane.resumeAt < least && wantsMore(lane)) {
                least = lane.resumeAt;
            }
        }
        return least;
    }

    private boolean wantsMore(Lane lane) {
        return lanes.hasRoom(lane) && lane.units <= readAhead.laneUnitsMax() / 4;
    }

    @Override
    public void close() {
        cursor.close();
    }
}
