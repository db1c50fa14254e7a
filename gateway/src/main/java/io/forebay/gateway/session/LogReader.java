package io.forebay.gateway.session;

import io.forebay.storage.LogCursor;
import io.forebay.storage.MessageLog;
import io.forebay.storage.Position;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the log for the fan-out, and knows how far that has come. Owned by the thread forebay-sessions.
 *
 * <p>The position is committed in the batch that holds what was made of the messages before it. Where nothing was made of
 * them, or only deliveries to connections that end with the process, it may be committed later.
 */
final class LogReader {
    private static final Logger LOG = LoggerFactory.getLogger(LogReader.class);

    private static final long NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(2);

    /** So many more may be repeated after a crash, where that harms nobody. */
    private static final int UNCOMMITTED_RECORDS_MAX = 10_000;

    private static final long UNCOMMITTED_MS_MAX = 200;

    private final MessageLog log;
    private LogCursor cursor;
    private long position;
    private long committed;
    private long committedAtMs;
    private int uncommitted;

    LogReader(MessageLog log) {
        this.log = log;
    }

    /** @param stored where it stood, null at the first start */
    void start(byte[] stored) {
        long end = log.durableEnd();
        position = stored == null ? end : Tables.number(stored);
        committed = stored == null ? -1 : position;
        if (position > end) {
            LOG.warn(
                    "The log is not the one that was delivered to subscribers before, delivery starts at its end"
                            + " [position={}, end={}]",
                    Position.text(position),
                    Position.text(end));
            position = end;
        }
        log.retainFrom(position);
        cursor = log.cursor(position);
    }

    /**
     * Reads at most {@code max} records, and not for long: the next calls of connections wait for it.
     *
     * @return whether there is more
     */
    boolean read(FanOut fanOut, int max) {
        long until = System.nanoTime() + NANOS_MAX;
        for (int i = 1; i <= max; i++) {
            long end = log.durableEnd();
            if (!cursor.next()) {
                position = Math.max(position, Math.max(cursor.nextPosition(), end));
                return false;
            }
            fanOut.accept(cursor);
            position = cursor.nextPosition();
            uncommitted++;
            if ((i & 63) == 0 && System.nanoTime() > until) {
                return true;
            }
        }
        return true;
    }

    /** Whether there is something to read. */
    boolean isBehind() {
        return position < log.durableEnd();
    }

    /** Whether all before {@code target} was read, or there is so much that nobody should wait for it. */
    boolean hasReached(long target) {
        return position >= target || log.recordsBetween(position, target) > UNCOMMITTED_RECORDS_MAX;
    }

    boolean hasMoved() {
        return position != committed;
    }

    /** Whether the position has to be committed even if there is nothing else. */
    boolean isCommitDue(long nowMs) {
        return hasMoved() && (nowMs - committedAtMs >= UNCOMMITTED_MS_MAX || uncommitted >= UNCOMMITTED_RECORDS_MAX);
    }

    /** With every batch. */
    void store(Turn turn) {
        if (hasMoved()) {
            turn.put(Tables.DELIVERY, Tables.POSITION, Tables.number(position));
        }
    }

    void committed(boolean durable, long nowMs) {
        committed = position;
        committedAtMs = nowMs;
        uncommitted = 0;
        if (durable) {
            log.retainFrom(position);
        }
    }

    /** How many records are still to be read. */
    long lag() {
        return log.recordsBetween(position, log.durableEnd());
    }

    void close() {
        if (cursor != null) {
            cursor.close();
        }
    }
}
