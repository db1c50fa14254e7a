package io.forebay.storage.chronicle;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import io.forebay.storage.LogState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes the log, forebay-log-writer; it owns the appender and the sessions.
 *
 * <p>Group commit: it takes all that waits, appends it, syncs once, moves the durable end and settles all of it. What
 * comes in meanwhile is the next batch, so the batches grow with the load and no timer is needed.
 *
 * <p>Any fault of an append or a sync is final: what the disk holds is then unknown, so nothing is acknowledged any more.
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
    private final Consumer<Throwable> onFatal;
    private final LongSupplier clockMs;
    private final CountDownLatch begun = new CountDownLatch(1);

    private final Settling settling = new Settling();
    private final List<Submission<?>> waitingForRoom = new ArrayList<>();
    private long nextSweepMs;
    private LogException failure;

    private volatile LogState state = LogState.OPEN;
    private final List<Runnable> durableListeners = new CopyOnWriteArrayList<>();
    private volatile int sessionCount;

    LogWriter(
            Inbox inbox,
            Sessions sessions,
            ActiveSegment active,
            SegmentPreparer preparer,
            Consumer<Throwable> onFatal,
            LongSupplier clockMs) {
        this.inbox = inbox;
        this.sessions = sessions;
        this.active = active;
        this.preparer = preparer;
        this.onFatal = onFatal;
        this.clockMs = clockMs;
    }

    // ---- any thread ----

    LogState state() {
        return state;
    }

    int sessionCount() {
        return sessionCount;
    }

    Runnable onDurable(Runnable listener) {
        durableListeners.add(listener);
        return () -> durableListeners.remove(listener);
    }

    /** Blocks until the writer has its first segment, or knows that it has none for now. */
    void awaitBegun() throws InterruptedException {
        begun.await();
    }

    // ---- writer thread ----

    @Override
    public void run() {
        process(null);
        begun.countDown();
        while (!inbox.stopping()) {
            Submission<?> batch = inbox.take(IDLE_NANOS);
            sweepNowAndThen();
            if (batch != null) {
                process(batch);
            }
        }
        process(inbox.seal());
        if (failure == null) {
            active.close();
            state = LogState.CLOSED;
        } else {
            active.abandon();
        }
    }

    /** @param batch the oldest first; null to only see to it that there is a segment */
    private void process(Submission<?> batch) {
        Submission<?> rest = batch;
        try {
            if (failure == null && !active.exists()) {
                nextSegment();
            }
            while (rest != null && failure == null) {
                Submission<?> next = rest.next;
                rest.apply(this);
                applied(rest);
                rest = next;
                if (settling.bytes() >= COMMIT_BYTES_MAX) {
                    commit();
                }
            }
            if (failure == null) {
                commit();
            }
        } catch (Closing closing) {
            refuse(rest, new LogException(Kind.CLOSED, "The log was closed before it had space for this"));
        } catch (Throwable cause) {
            fail(cause);
        }
        if (failure != null) {
            refuse(rest, failure);
        }
    }

    private void applied(Submission<?> submission) {
        if (submission instanceof Submissions.Room) {
            waitingForRoom.add(submission);
            inbox.done(1, 0);
        } else {
            settling.add(submission);
        }
    }

    /** Makes durable what was appended, and tells those who wait for it. */
    private void commit() throws IOException {
        settling.tellWritten();
        boolean synced = active.sync();
        sessionCount = sessions.count();
        inbox.done(settling.count(), settling.bytes());
        if (!waitingForRoom.isEmpty() && inbox.atMostHalfFull()) {
            waitingForRoom.forEach(settling::add);
            waitingForRoom.clear();
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

    private void fail(Throwable cause) {
        failure = new LogException(
                Kind.FAILED, "The log cannot be written, nothing is acknowledged until a restart: " + cause, cause);
        state = LogState.FAILED;
        LOG.error("The log has failed; it acknowledges nothing until a restart", cause);
        try {
            onFatal.accept(failure);
        } catch (Throwable bug) {
            LOG.error("The listener for a failed log failed itself", bug);
        }
    }

    /** Everything that is not yet settled fails. */
    private void refuse(Submission<?> rest, LogException cause) {
        Submission<?> next;
        for (Submission<?> s = rest; s != null; s = next) {
            next = s.next;
            settling.add(s);
        }
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
        try {
            commit();
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
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
        opened();
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
        opened();
        return next;
    }

    private void waitForSpace(String reason) {
        full(reason);
        if (inbox.stopping()) {
            throw new Closing();
        }
        LockSupport.parkNanos(this, SPACE_POLL_NANOS);
    }

    private void opened() {
        if (state == LogState.FULL) {
            state = LogState.OPEN;
            LOG.info("The log has space again");
        }
    }

    private void full(String reason) {
        if (state != LogState.FULL) {
            state = LogState.FULL;
            LOG.warn("The log is full, messages wait and are not acknowledged: {}", reason);
        }
        begun.countDown();
    }

    private void sweepNowAndThen() {
        long now = nowMs();
        if (now < nextSweepMs || failure != null || !active.exists()) {
            return;
        }
        nextSweepMs = now + SWEEP_MS;
        try {
            sessions.sweep(now, this);
            commit();
        } catch (Closing closing) {
            LOG.debug("The log closes while sessions are swept");
        } catch (Throwable cause) {
            fail(cause);
        }
    }

    /** The log is to close and there is no space for what waits. */
    private static final class Closing extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Closing() {
            super(null, null, false, false);
        }
    }
}
