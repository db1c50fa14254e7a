package io.forebay.storage.chronicle;

import io.forebay.storage.LogConfig;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the next segment ahead of the writer, so that it goes on without a stall, and goes on trying when there is no
 * space. Works on its own thread, forebay-log-preparer; the writer takes what is ready.
 */
final class SegmentPreparer {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentPreparer.class);
    private static final long RETRY_MS = 200;
    private static final long MEASURE_EVERY_MS = 1_000;

    private final Segments segments;
    private final LogConfig config;
    private final Disk disk;
    private final Space space;
    private final ScheduledExecutorService thread = BackgroundThreads.one("forebay-log-preparer");
    private BooleanSupplier makeSpace = () -> false;
    private int nextNumber;
    private boolean closed;
    private volatile SegmentWriter ready;
    private volatile String lacking;
    private volatile Thread writer;
    /** The writer stands still for the segment that is being made: it is as good without the rest of its zeros. */
    private volatile boolean hurried;
    /** Writer thread. It has had one: for the first one nobody stands still. */
    private boolean taking;

    SegmentPreparer(Segments segments, LogConfig config, Disk disk, Space space, int firstNumber) {
        this.segments = segments;
        this.config = config;
        this.disk = disk;
        this.space = space;
        this.nextNumber = firstNumber;
    }

    /**
     * Begins, and tells {@code writerThread} by unparking it whenever something changed.
     *
     * @param deleteOldest deletes a segment that nobody needs; false if there is none
     */
    void start(Thread writerThread, BooleanSupplier deleteOldest) {
        this.writer = writerThread;
        this.makeSpace = deleteOldest;
        thread.execute(this::prepare);
        var unused =
                thread.scheduleWithFixedDelay(this::measure, MEASURE_EVERY_MS, MEASURE_EVERY_MS, TimeUnit.MILLISECONDS);
    }

    /** Writer thread. The next segment, or null if it is not there yet. */
    SegmentWriter take() {
        SegmentWriter taken = ready;
        hurried = taking && taken == null;
        if (taken != null) {
            taking = true;
            ready = null;
            later(0);
        }
        return taken;
    }

    /** Why there is no next segment, as the rest of a sentence; null if it is only not ready yet. */
    String lacking() {
        return lacking;
    }

    /** Why the present segment must not be written on, as the rest of a sentence; null if it may. */
    String overdrawn() {
        return space.overdrawn();
    }

    /** Bytes that are taken on the disk for a segment that waits for its turn. */
    long readyBytes() {
        return ready == null ? 0 : config.segmentBytes();
    }

    private void measure() {
        try {
            makeSpaceForOthers();
            space.measure();
        } catch (RuntimeException bug) {
            LOG.error("The space for the log cannot be measured, it is tried again", bug);
        }
    }

    /** What nobody needs any more goes before anything is held back. */
    private void makeSpaceForOthers() {
        boolean deleted = true;
        while (deleted && space.isOver()) {
            deleted = makeSpace.getAsBoolean();
        }
    }

    /** Space may have come back. */
    void spaceFreed() {
        if (lacking != null) {
            later(0);
        }
    }

    private void later(long delayMs) {
        try {
            var unused = thread.schedule(this::prepare, delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            LOG.debug("No further segment is prepared, the log closes");
        }
    }

    private void prepare() {
        if (closed || ready != null) {
            return;
        }
        boolean failedBefore = lacking != null;
        try {
            String reason = space.reasonAgainst();
            while (reason != null && makeSpace.getAsBoolean()) {
                reason = space.reasonAgainst();
            }
            lacking = reason;
            if (reason == null) {
                ready = next();
                segments.addBytes(config.segmentBytes());
                nextNumber++;
            }
        } catch (IOException cause) {
            // The writer tells it, with this reason.
            lacking = "a segment file cannot be made: " + cause;
            skipTakenNumber(cause);
        } catch (Throwable bug) {
            lacking = "a segment file cannot be made: " + bug;
            if (!failedBefore) {
                LOG.error("The next segment cannot be made, it is tried again [segment={}]", nextNumber, bug);
            }
        }
        LockSupport.unpark(writer);
        if (lacking != null) {
            later(RETRY_MS);
        }
    }

    private SegmentWriter next() throws IOException {
        SegmentWriter next = SegmentWriter.create(
                segments.directoryOf(nextNumber),
                nextNumber,
                config.segmentBytes(),
                disk,
                () -> hurried || !config.zeros());
        try {
            KeyNote.write(segments.directoryOf(nextNumber), segments.cipher().keys(), disk);
        } catch (IOException cause) {
            next.discard();
            throw cause;
        }
        return next;
    }

    private void skipTakenNumber(IOException cause) {
        if (cause instanceof FileAlreadyExistsException) {
            nextNumber++;
        }
    }

    /** Blocks until the thread has ended; what was ready and not taken is deleted. */
    void close() {
        hurried = true;
        thread.execute(() -> {
            closed = true;
            SegmentWriter unused = ready;
            ready = null;
            if (unused != null) {
                discard(unused);
            }
        });
        BackgroundThreads.end(thread);
    }

    private void discard(SegmentWriter unused) {
        try {
            unused.discard();
            segments.addBytes(-config.segmentBytes());
        } catch (IOException cause) {
            LOG.warn("An unused segment stays until the next start [segment={}]", unused.number(), cause);
        }
    }
}
