package io.forebay.bridge;

import io.forebay.storage.LogCursor;
import io.forebay.storage.MessageLog;
import io.forebay.storage.Position;

/**
 * Owned by the thread of its replay, but for what it has counted: goes through the log once, from one message that is meant
 * to the next.
 */
final class ReplayScan implements AutoCloseable {
    /** What was found so far. Immutable. */
    record Counts(long selected, long bytes, long oldestMs, long newestMs, int gaps) {
        Counts plus(long arrivedAtMs, int payloadBytes) {
            return new Counts(
                    selected + 1,
                    bytes + payloadBytes,
                    selected == 0 ? arrivedAtMs : Math.min(oldestMs, arrivedAtMs),
                    Math.max(newestMs, arrivedAtMs),
                    gaps);
        }

        Counts plusGap() {
            return new Counts(selected, bytes, oldestMs, newestMs, gaps + 1);
        }
    }

    private static final int RECORDS_BETWEEN_LOOKS = 64;

    private final MessageLog log;
    private final LogCursor cursor;
    private final ReplayFilter filter;
    private final long beginsAt;
    private final long end;
    private volatile Counts counts = new Counts(0, 0, 0, 0, 0);
    private volatile long position;

    ReplayScan(MessageLog log, ReplaySelection selection, ReplayFilter filter) {
        this.log = log;
        this.filter = filter;
        beginsAt = log.firstPosition();
        // What comes while it runs is not meant, or it would never end.
        end = Math.min(selection.toPosition(), log.durableEnd());
        position = Math.min(end, Math.max(selection.fromPosition(), beginsAt));
        cursor = log.cursor(position);
    }

    /**
     * Looks for the next message that is meant, for a moment.
     *
     * @return whether there is one, which is then the cursor's
     */
    boolean next(long nanosMax) {
        long began = System.nanoTime();
        for (int looked = 1; !isAtEnd(); looked++) {
            long before = position;
            if (!cursor.next() || cursor.position() >= end) {
                position = end;
                return false;
            }
            position = cursor.nextPosition();
            noteGap(before);
            if (filter.takes(cursor)) {
                counts = counts.plus(cursor.arrivedAtMs(), cursor.payloadBytes());
                return true;
            }
            if (looked % RECORDS_BETWEEN_LOOKS == 0 && System.nanoTime() - began > nanosMax) {
                return false;
            }
        }
        return false;
    }

    /** Segments that were deleted before they were read: the cursor passes over them and says nothing. */
    private void noteGap(long before) {
        int segment = Position.segment(cursor.position());
        if (segment > Position.segment(before) + 1 && log.firstPosition() >= Position.of(segment, 0)) {
            counts = counts.plusGap();
        }
    }

    LogCursor cursor() {
        return cursor;
    }

    boolean isAtEnd() {
        return position >= end;
    }

    /** Any thread: everything before was looked at. */
    long position() {
        return position;
    }

    /** Any thread. */
    long end() {
        return end;
    }

    /** Any thread: where the log began when it began. */
    long beginsAt() {
        return beginsAt;
    }

    /** Any thread. */
    Counts counts() {
        return counts;
    }

    @Override
    public void close() {
        cursor.close();
    }
}
