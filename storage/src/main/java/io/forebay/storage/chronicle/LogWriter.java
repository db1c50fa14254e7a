package io.forebay.storage.chronicle;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes the log, forebay-log-writer; it owns the appender and the sessions.
 *
 * <p>Group commit: it takes all that waits, appends it, syncs once, moves the durable end and settles all of it. What
 * comes in meanwhile is the next batch, so the batches grow with the load and no timer is needed.
 *
 * <p>After a fault of an append or a sync what the file holds is unknown: it is given up, and what was not durable is written
 * to another. Anything else that goes wrong is a bug and final.
 */
final class LogWriter implements Runnable, Sessions.Journal {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

    /** A commit of more takes no longer for each byte, but makes the first wait for the last. */
    private static final long COMMIT_BYTES_MAX = 4L << 20;

    private static final long SWEEP_MS = 30_000;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SPACE_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Inbox inbox;
    private final Sessions sessions;
    private final ActiveSegment active;
    private final SegmentPreparer preparer;
    private final LogCondition condition;
    private final LongSupplier clockMs;

    private final Settling settling = new Settling();
    private final List<Submission<?>> waitingForRoom = new ArrayList<>();
    /** What is applied and not yet durable, the oldest first, and after it what is still to be applied. */
    private final List<Submission<?>> uncommitted = new ArrayList<>();

    private Submission<?> rest;
    private long nextSweepMs;
    private final List<Runnable> durableListeners = new CopyOnWriteArrayList<>();
    private volatile int sessionCount;

    LogWriter(
            Inbox inbox,
            Sessions sessions,
            ActiveSegment active,
            SegmentPreparer preparer,
            LogCondition condition,
            LongSupplier clockMs) {
        this.inbox = inbox;
        this.sessions = sessions;
        this.active = active;
        this.preparer = preparer;
        this.condition = condition;
        this.clockMs = clockMs;
    }

    // ---- any thread ----

    int sessionCount() {
        return sessionCount;
    }

    Runnable onDurable(Runnable listener) {
        durableListeners.add(listener);
        return () -> durableListeners.remove(listener);
    }

    // ---- writer thread ----

    @Override
    public void run() {
        process(null);
        condition.begun();
        while (!inbox.stopping()) {
            Submission<?> batch = inbox.take(IDLE_NANOS);
            if (batch != null || isSweepDue()) {
                process(batch);
            }
        }
        process(inbox.seal());
        if (condition.failure() == null) {
            active.close();
            condition.closed();
        } else {
            active.abandon();
        }
    }

    /** @param batch the oldest first; null to only see to it that there is a segment */
    private void process(Submission<?> batch) {
        rest = batch;
        boolean again = condition.failure() == null;
        while (again) {
            again = false;
            try {
                if (!active.exists()) {
                    nextSegment();
                }
                sweepNowAndThen();
                applyRest();
                commit();
            } catch (Closing closing) {
                refuse(new LogException(Kind.CLOSED, "The log was closed before it had space for this"));
            } catch (Throwable cause) {
                again = goOnAfter(cause);
            }
        }
        if (condition.failure() != null) {
            refuse(condition.failure());
        }
    }

    private void applyRest() {
        while (rest != null) {
            Submission<?> submission = rest;
            submission.apply(this);
            rest = submission.next;
            applied(submission);
            if (settling.bytes() >= COMMIT_BYTES_MAX) {
                commit();
            }
        }
    }

    private void applied(Submission<?> submission) {
        if (submission instanceof Submissions.Room) {
            waitingForRoom.add(submission);
            inbox.done(1, 0);
        } else {
            uncommitted.add(submission);
            settling.add(submission);
        }
    }

    /** Makes durable what was appended, and tells those who wait for it. */
    private void commit() {
        settling.tellWritten();
        boolean synced = active.sync();
        sessions.committed();
        uncommitted.clear();
        sessionCount = sessions.count();
        inbox.done(settling.count(), settling.bytes());
        if (!waitingForRoom.isEmpty() && inbox.atMostHalfFull()) {
            waitingForRoom.forEach(settling::add);
            waitingForRoom.clear();
        }
        if (synced) {
            condition.durable();
        }
        settling.settle();
        if (synced) {
            tellDurable();
        }
    }

    private void tellDurable() {
        for (Runnable listener : durableListeners) {
            try {
                listener.run();
            } catch (RuntimeException bug) {
                LOG.error("A listener for durable records failed", bug);
            }
        }
    }

    /**
     * After a fault of the disk all that is not durable is done again, in the same order, in a fresh segment: nobody has
     * heard of it yet and no reader has seen it. To fail it would be in order as well, but only until what devices and
     * the AMQP broker send next overtakes what they send again.
     *
     * @return false if it was something else: a bug, or the end
     */
    private boolean goOnAfter(Throwable cause) {
        DiskFault fault = DiskFault.of(cause);
        if (fault == null) {
            condition.fail(cause);
            return false;
        }
        long pauseNanos = condition.faulty(fault);
        active.giveUp();
        sessions.takeBack();
        settling.takeBack();
        for (int i = uncommitted.size() - 1; i >= 0; i--) {
            uncommitted.get(i).next = rest;
            rest = uncommitted.get(i);
        }
        uncommitted.clear();
        return pausedBeforeNextTry(pauseNanos);
    }

    private boolean pausedBeforeNextTry(long pauseNanos) {
        long until = System.nanoTime() + pauseNanos;
        condition.begun();
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            if (inbox.stopping()) {
                refuse(new LogException(Kind.CLOSED, "The log was closed before the disk took this"));
                return false;
            }
            LockSupport.parkNanos(this, Math.min(left, SPACE_POLL_NANOS));
        }
        return true;
    }

    /** Everything that is not yet settled fails. */
    private void refuse(LogException cause) {
        while (rest != null) {
            Submission<?> next = rest.next;
            settling.add(rest);
            rest = next;
        }
        uncommitted.clear();
        inbox.done(settling.count(), settling.bytes());
        waitingForRoom.forEach(settling::add);
        waitingForRoom.clear();
        settling.failAll(cause);
    }

    // ---- for the submissions, writer thread ----

    Sessions sessions() {
        return sessions;
    }

    long nowMs() {
        return clockMs.getAsLong();
    }

    @Override
    public void write(byte[] record) {
        append(record, false);
    }

    /** @return the position of the record */
    @CanIgnoreReturnValue
    long append(byte[] record, boolean remembered) {
        makeRoomFor(record);
        return active.append(record, remembered);
    }

    long end() {
        return active.end();
    }

    /** Goes to the next segment if this one is full; waits while nothing may be written at all. */
    void makeRoomFor(byte[] record) {
        boolean fits = active.hasRoomFor(record);
        if (fits && preparer.overdrawn() == null) {
            return;
        }
        commit();
        awaitAllowance();
        if (!fits) {
            nextSegment();
        }
    }

    /** The space of this segment is taken already, but what is stored beside the log grows with what is written. */
    private void awaitAllowance() {
        for (String reason = preparer.overdrawn(); reason != null; reason = preparer.overdrawn()) {
            waitForSpace(reason);
        }
        condition.opened();
    }

    private void nextSegment() {
        active.goOnIn(awaitNext(), sessions.snapshot());
    }

    private SegmentWriter awaitNext() {
        SegmentWriter next = preparer.take();
        while (next == null) {
            String lacking = preparer.lacking();
            if (lacking == null) {
                LockSupport.parkNanos(this, SPACE_POLL_NANOS);
            } else {
                waitForSpace(lacking);
            }
            next = preparer.take();
        }
        condition.opened();
        return next;
    }

    private void waitForSpace(String reason) {
        condition.full(reason);
        if (inbox.stopping()) {
            throw new Closing();
        }
        LockSupport.parkNanos(this, SPACE_POLL_NANOS);
    }

    private void sweepNowAndThen() {
        long now = nowMs();
        if (isSweepDue()) {
            nextSweepMs = now + SWEEP_MS;
            sessions.sweep(now, this);
        }
    }

    /** Also when the clock was put back: not only when it has caught up. */
    private boolean isSweepDue() {
        long now = nowMs();
        return now >= nextSweepMs || now < nextSweepMs - SWEEP_MS;
    }

    /** The log is to close and there is no space for what waits. */
    private static final class Closing extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Closing() {
            super(null, null, false, false);
        }
    }
}
