package io.forebay.storage.chronicle;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;

/**
 * The end of the log: the segment that is written, and how far it is durable. Owned by the log's writer thread; any thread
 * may ask how far.
 */
final class ActiveSegment {
    private final Segments segments;
    private final LogKeeper keeper;
    private final Disk disk;
    private final LogMeters meters;
    private SegmentWriter segment;
    private int unsynced;
    private volatile long durableEnd;
    private volatile int snapshotSegment;
    private volatile long writtenBytes;

    /** @param keeper takes over a segment that is not written any more */
    ActiveSegment(Recovery.Recovered recovered, Segments segments, LogKeeper keeper, Disk disk, LogMeters meters) {
        this.segments = segments;
        this.keeper = keeper;
        this.disk = disk;
        this.meters = meters;
        this.durableEnd = recovered.end();
        this.snapshotSegment = recovered.snapshotSegment();
    }

    // ---- any thread ----

    long durableEnd() {
        return durableEnd;
    }

    /** The newest segment that begins with a durable snapshot: those before it are not needed for the sessions. */
    int snapshotSegment() {
        return snapshotSegment;
    }

    /** What the durable records of the segment take that is written now; 0 while there is none. */
    long writtenBytes() {
        return writtenBytes;
    }

    // ---- writer thread ----

    /** False while there is no space for a first one, or for one in the place of one that failed. */
    boolean exists() {
        return segment != null;
    }

    boolean hasRoomFor(byte[] record) {
        return segment.hasRoomFor(record.length);
    }

    /** @return the position of the record */
    @CanIgnoreReturnValue
    long append(byte[] record, boolean remembered) {
        long position = segment.position();
        segment.append(record, durableEnd, remembered);
        unsynced++;
        return position;
    }

    /** The position of the next record, unless it needs the next segment. */
    long end() {
        return segment.position();
    }

    /** Goes on in {@code next}, which begins with the snapshot. All that was appended before must be synced. */
    void goOnIn(SegmentWriter next, Iterable<byte[]> snapshot) {
        if (unsynced > 0) {
            throw new IllegalStateException(unsynced + " records would be left behind without a sync");
        }
        if (segment != null) {
            finish();
        }
        segment = next;
        for (byte[] chunk : snapshot) {
            if (!hasRoomFor(chunk)) {
                throw new IllegalStateException("The sessions do not fit into a segment: make segment-bytes larger");
            }
            append(chunk, false);
        }
    }

    /** @return whether there was something to sync */
    boolean sync() {
        if (unsynced == 0) {
            return false;
        }
        segment.checkCount();
        long from = System.nanoTime();
        try {
            segment.force(disk);
        } catch (IOException cause) {
            throw new DiskFault(DiskFault.Kind.SYNC, cause);
        }
        meters.committed(unsynced, System.nanoTime() - from);
        unsynced = 0;
        writtenBytes = segment.usedBytes();
        durableEnd = segment.position();
        snapshotSegment = segment.number();
        return true;
    }

    private void finish() {
        // In this order: once the durable end has left a segment, it must be among the finished ones.
        keeper.finish(segment);
        segments.add(segment.sealed());
    }

    /** The log ends here. */
    void close() {
        if (segment != null) {
            finish();
        }
    }

    /**
     * The segment has failed and holds no more than what was durable. The next one says so for ever: its first record tells
     * the durable end at that time, and nothing between that and itself is valid.
     */
    void giveUp() {
        if (segment == null) {
            return;
        }
        keeper.giveUp(segment);
        if (segment.durable().records() > 0) {
            segments.add(segment.durable());
        }
        segment = null;
        unsynced = 0;
    }

    /** What the segment holds is not known for sure: the next start has to find out. */
    void abandon() {
        if (segment != null) {
            segment.abandon();
        }
    }
}
