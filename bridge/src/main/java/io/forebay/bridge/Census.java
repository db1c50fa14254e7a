package io.forebay.bridge;

import io.forebay.storage.LogCursor;
import java.util.function.LongSupplier;

/**
 * Owned by the bridge's thread: sees to it that what is published is counted for its share soon, also while the head cursor
 * does not read, because the broker is away or memory is full. Where the head is the first to read a message, it is counted
 * there and costs nothing; only what the head leaves is read here, once more.
 */
final class Census implements AutoCloseable {
    /** The clock is asked after so many messages. */
    private static final int STEP = 64;

    private final LogCursor cursor;
    private final Lanes lanes;
    private final Tally tally;
    private final Shares shares;
    private final String target;
    private final LongSupplier durableEnd;
    private final LongSupplier nanos;
    private long endBefore;

    Census(LogCursor cursor, Lanes lanes, Shares shares, String target, LongSupplier durableEnd, LongSupplier nanos) {
        this.cursor = cursor;
        this.lanes = lanes;
        this.tally = lanes.tally();
        this.shares = shares;
        this.target = target;
        this.durableEnd = durableEnd;
        this.nanos = nanos;
    }

    /** Reads what stood in the log at the last call already and the head has not come to. */
    void catchUp(long nanosMax) {
        if (tally.reached() < endBefore) {
            if (cursor.nextPosition() != tally.reached()) {
                cursor.moveTo(tally.reached());
            }
            long until = nanos.getAsLong() + nanosMax;
            boolean more = true;
            while (more && nanos.getAsLong() - until < 0) {
                for (int i = 0; more && i < STEP; i++) {
                    more = cursor.next();
                    if (more) {
                        count();
                    }
                }
            }
            tally.reach(cursor.nextPosition());
        } else {
            cursor.rest();
        }
        endBefore = durableEnd.getAsLong();
    }

    private void count() {
        if (!cursor.fromAmqp()) {
            String key = lanes.keyOf(cursor);
            Lane lane = lanes.of(key);
            if (lane != null || isOpen(key)) {
                lanes.count(lane, key, cursor);
            }
        }
        tally.reach(cursor.nextPosition());
    }

    private boolean isOpen(String key) {
        Routes.Place place = lanes.placeOf(key);
        return place != null && lanes.has(place) && !lanes.wasSettled(key, place, cursor.position());
    }

    /** Tells everybody what the shares of this target hold now. */
    void publish() {
        for (int i = 0; i < shares.all().size(); i++) {
            if (shares.get(i).target.equals(target)) {
                shares.update(i, tally.bytes(i), tally.segments(i));
            }
        }
    }

    @Override
    public void close() {
        cursor.close();
    }
}
