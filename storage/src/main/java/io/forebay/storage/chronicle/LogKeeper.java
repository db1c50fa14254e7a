package io.forebay.storage.chronicle;

import io.forebay.storage.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes segments that are full, saves the bridge's position and deletes what both readers, bridge and delivery, are done
 * with, so that neither they nor the writer wait for that. Works on its own thread, forebay-log-keeper.
 */
final class LogKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(LogKeeper.class);
    private static final long SAVE_EVERY_MS = 100;

    private final Segments segments;
    private final PositionFile positionFile;
    private final long segmentBytes;
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

    LogKeeper(Segments segments, PositionFile positionFile, long resumeAt, long segmentBytes, Runnable onSpaceFreed) {
        this.segments = segments;
        this.positionFile = positionFile;
        this.segmentBytes = segmentBytes;
        this.onSpaceFreed = onSpaceFreed;
        this.forgotten = new AtomicLong(resumeAt);
        this.saved = resumeAt;
    }

    /** @param newestSnapshot the first segment that a restart needs for the sessions, whatever the bridge has settled */
    void start(IntSupplier newestSnapshot) {
        this.snapshotSegment = newestSnapshot;
        var unused =
                thread.scheduleWithFixedDelay(this::saveAndDelete, SAVE_EVERY_MS, SAVE_EVERY_MS, TimeUnit.MILLISECONDS);
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

    /** Writer thread, which is done with the segment. */
    void finish(SegmentWriter segment) {
        beingFinished.add(segment.number());
        thread.execute(() -> {
            try {
                segments.addBytes(segment.finish(segments.disk()) - segmentBytes);
            } catch (Throwable cause) {
                // Nothing is lost: the next start reads it to find its end.
                LOG.warn("A full segment cannot be sealed [segment={}]", segment.number(), cause);
            }
            beingFinished.remove(segment.number());
        });
    }

    /** Writer thread. The segment has failed. */
    void giveUp(SegmentWriter segment) {
        beingFinished.add(segment.number());
        thread.execute(() -> {
            try {
                segments.addBytes(segment.giveUp(segments.disk()) - segmentBytes);
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
            long position = forgotten.get();
            if (position != saved) {
                positionFile.save(position);
                saved = position;
            }
            deleteBefore(saved, retained.get());
            settled.removeIf(segment -> segment < Position.segment(saved)); // It was deleted before it was told.
            failing = false;
        } catch (Throwable cause) {
            if (!failing) {
                LOG.warn("The position of the bridge or a settled segment stays as it is, it is tried again", cause);
            }
            failing = true;
        }
    }

    private void deleteBefore(long position, long delivered) throws IOException {
        int needed = snapshotSegment.getAsInt();
        for (Segment segment : segments.all()) {
            int number = segment.number();
            if (segment.end() > delivered || number >= needed || beingFinished.contains(number)) {
                return;
            }
            if (segment.end() <= position || settled.contains(number)) {
                delete(segment);
            }
        }
    }

    private void delete(Segment segment) throws IOException {
        long bytes = Files.size(ChronicleFiles.data(segment.directory()));
        // First out of sight, then off the disk: a cursor that holds it open goes on undisturbed.
        segments.remove(segment);
        settled.remove(segment.number());
        SyncedFiles.deleteDirectory(segment.directory());
        segments.addBytes(-bytes);
        LOG.debug("A settled segment is deleted [segment={}]", segment.number());
        onSpaceFreed.run();
    }

    /** Blocks until all is finished and the last position is saved. */
    void close() throws IOException {
        thread.execute(this::saveAndDelete);
        BackgroundThreads.end(thread);
        positionFile.close();
    }
}
