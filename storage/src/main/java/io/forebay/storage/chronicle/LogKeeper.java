package io.forebay.storage.chronicle;

import io.forebay.storage.LogConfig;
import io.forebay.storage.Position;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes segments that are full, saves the bridge's position and deletes what both readers, bridge and delivery, are done
 * with, at once or when it has been kept for long enough, so that neither they nor the writer wait for that. Works on its
 * own thread, forebay-log-keeper.
 */
final class LogKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(LogKeeper.class);
    private static final long SAVE_EVERY_MS = 100;
    /** A disk that takes longer to delete a file has other troubles, and the log is full meanwhile. */
    private static final long MAKE_SPACE_MS = 5_000;

    private final Segments segments;
    private final PositionFile positionFile;
    private final LogConfig config;
    private final Disk disk;
    private final RetainedSegments kept;
    private final Runnable onSpaceFreed;
    private final AtomicLong forgotten;
    private final AtomicLong retained = new AtomicLong(Position.START);
    private final Set<Integer> beingFinished = ConcurrentHashMap.newKeySet();
    /** Segments that the bridge is done with, though not with all before them. */
    private final Set<Integer> settled = ConcurrentHashMap.newKeySet();

    private final ScheduledExecutorService thread = BackgroundThreads.one("forebay-log-keeper");
    private IntSupplier snapshotSegment = () -> 0;
    private long saved;
    private boolean failing;

    /** @param onSpaceFreed told of each segment that is deleted */
    LogKeeper(
            Segments segments,
            PositionFile positionFile,
            long resumeAt,
            LogConfig config,
            Disk disk,
            RetainedSegments kept,
            Runnable onSpaceFreed) {
        this.segments = segments;
        this.positionFile = positionFile;
        this.config = config;
        this.disk = disk;
        this.kept = kept;
        this.onSpaceFreed = onSpaceFreed;
        this.forgotten = new AtomicLong(resumeAt);
        // A killed process may have written it and not synced it: nothing is deleted before it is durable.
        this.saved = Position.START;
    }

    /** @param newestSnapshot the first segment that a restart needs for the sessions, whatever the bridge has settled */
    void start(IntSupplier newestSnapshot) {
        this.snapshotSegment = newestSnapshot;
        try {
            savePosition();
        } catch (IOException cause) {
            notSaved(cause);
        }
        thread.execute(this::findAges);
        var unused =
                thread.scheduleWithFixedDelay(this::saveAndDelete, SAVE_EVERY_MS, SAVE_EVERY_MS, TimeUnit.MILLISECONDS);
    }

    private void findAges() {
        try {
            kept.found(segments.all());
        } catch (IOException cause) {
            LOG.warn("It is not known how old segments are, they are kept as if they were new", cause);
        }
    }

    /** Any thread. */
    void forgetBefore(long position) {
        forgotten.accumulateAndGet(position, Math::max);
    }

    /** Any thread. */
    void forget(int segment) {
        settled.add(segment);
    }

    /** Any thread. */
    void retainFrom(long position) {
        retained.accumulateAndGet(position, Math::max);
    }

    /** The first position that one of the two readers still needs. Any thread. */
    long neededFrom() {
        return Math.min(forgotten.get(), retained.get());
    }

    /**
     * Deletes the oldest segment that is settled and kept for a replay only. The preparer's thread, which waits for it.
     *
     * @return whether there was one
     */
    boolean makeSpace() {
        try {
            return thread.submit(this::deleteOldest).get(MAKE_SPACE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException | RejectedExecutionException cause) {
            LOG.warn("A segment that is kept after its delivery does not make room for a new one", cause);
            return false;
        }
    }

    private boolean deleteOldest() throws IOException {
        savePosition();
        takeSettled();
        Optional<RetainedSegments.Kept> oldest = kept.oldest();
        if (oldest.isPresent()) {
            delete(oldest.get(), "space");
        }
        return oldest.isPresent();
    }

    /** Writer thread, which is done with the segment. */
    void finish(SegmentWriter segment) {
        beingFinished.add(segment.number());
        thread.execute(() -> {
            try {
                segments.addBytes(segment.finish(segments.disk()) - config.segmentBytes());
            } catch (Throwable cause) {
                // Nothing is lost: the next start reads it to find its end.
                LOG.warn("A full segment cannot be sealed [segment={}]", segment.number(), cause);
            }
            kept.full(segment.number());
            beingFinished.remove(segment.number());
        });
    }

    /** Writer thread. The segment has failed. */
    void giveUp(SegmentWriter segment) {
        beingFinished.add(segment.number());
        thread.execute(() -> {
            try {
                segments.addBytes(segment.giveUp(segments.disk()) - config.segmentBytes());
            } catch (Throwable cause) {
                LOG.warn(
                        "A failed segment stays as it is, the next start looks where it ends [segment={}, cause={}]",
                        segment.number(),
                        cause.toString());
            }
            beingFinished.remove(segment.number());
        });
    }

    private void saveAndDelete() {
        try {
            savePosition();
            deleteWhatIsDue();
            settled.removeIf(segment -> segment < Position.segment(saved)); // It was deleted before it was told.
            failing = false;
        } catch (Throwable cause) {
            notSaved(cause);
        }
    }

    private void notSaved(Throwable cause) {
        if (!failing) {
            LOG.warn("The position of the bridge or a settled segment stays as it is, it is tried again", cause);
        }
        failing = true;
    }

    private void savePosition() throws IOException {
        long position = forgotten.get();
        if (position != saved) {
            positionFile.save(position);
            saved = position;
            segments.forgotten().removeBefore(Position.segment(saved));
        }
    }

    private void deleteWhatIsDue() throws IOException {
        takeSettled();
        for (var due = kept.due(); due.isPresent(); due = kept.due()) {
            delete(due.get(), "age or size");
        }
        if (kept.oldest().isPresent() && disk.usableBytes(segments.directory()) < config.freeBytesMin()) {
            delete(kept.oldest().get(), "space");
        }
    }

    /** What nobody needs any more, whatever stands before it. */
    private void takeSettled() throws IOException {
        long delivered = retained.get();
        int needed = snapshotSegment.getAsInt();
        for (Segment segment : segments.all()) {
            int number = segment.number();
            if (segment.end() > delivered || number >= needed || beingFinished.contains(number)) {
                return;
            }
            if (segment.end() <= saved || settled.contains(number)) {
                kept.take(segment);
            }
        }
    }

    private void delete(RetainedSegments.Kept segment, String why) throws IOException {
        int number = segment.segment().number();
        if (segment.segment().end() > saved) {
            segments.forgotten().add(number);
        }
        // First out of sight, then off the disk: a cursor that holds it open goes on undisturbed.
        segments.remove(segment.segment());
        settled.remove(number);
        segment.segment().delete();
        segments.addBytes(-segment.bytes());
        kept.deleted();
        LOG.debug("A settled segment is deleted [segment={}, because={}]", number, why);
        onSpaceFreed.run();
    }

    /** Blocks until all is finished and the last position is saved. */
    void close() throws IOException {
        thread.execute(this::saveAndDelete);
        BackgroundThreads.end(thread);
        positionFile.close();
    }
}
