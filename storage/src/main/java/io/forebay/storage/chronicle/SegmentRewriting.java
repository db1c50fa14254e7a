package io.forebay.storage.chronicle;

import io.forebay.storage.Position;
import io.forebay.storage.ProbableLanes;
import io.forebay.storage.StoredLogReader;
import io.forebay.storage.StoredRecord;
import io.forebay.storage.StoredSegment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A segment that is written anew: each record that can be read keeps its position, and in the place of one that cannot, stands
 * a LOST record. Owned by the thread that uses it.
 */
final class SegmentRewriting implements StoredLogReader, AutoCloseable {
    private static final long SEGMENT_BYTES_MIN = 8L << 20;
    private static final long SLACK = 1L << 20;
    private static final int LOST_FRAME = 64;

    private final SegmentWriter writer;

    /** @param end how many records it is to have */
    static void rewrite(LogArchive archive, StoredSegment segment, long end, Path to) throws IOException {
        List<Long> holes = new ArrayList<>();
        archive.read(segment.begin(), segment.end(), new StoredLogReader() {
            @Override
            public boolean onRecord(StoredRecord record) {
                return true;
            }

            @Override
            public void onLost(long from, long upTo, ProbableLanes lanes) {
                holes.add(upTo - from);
            }
        });
        long lost = holes.stream().mapToLong(records -> records).sum() + end - segment.records();
        try (SegmentRewriting rewriting =
                new SegmentRewriting(segment.number(), to, segment.bytes() + lost * LOST_FRAME)) {
            archive.read(segment.begin(), segment.end(), rewriting);
            rewriting.fill(Position.of(segment.number(), end));
        }
        StoredFiles.copyIfThere(archive.directoryOf(segment.number()).resolve("key"), to.resolve("key"));
    }

    /** Makes one of which nothing is left, up to {@code end}. */
    static void writeLost(Path to, long end) throws IOException {
        long bytes = SEGMENT_BYTES_MIN + Position.index(end) * LOST_FRAME;
        try (SegmentRewriting rewriting = new SegmentRewriting(Position.segment(end), to, bytes)) {
            rewriting.fill(end);
        }
    }

    private SegmentRewriting(int number, Path directory, long bytes) throws IOException {
        long space = (Math.max(bytes, SEGMENT_BYTES_MIN) / SLACK + 2) * SLACK;
        writer = SegmentWriter.create(directory, number, space, Disk.real());
    }

    @Override
    public boolean onRecord(StoredRecord record) {
        fill(record.position());
        RecordView view = ((ViewedRecord) record).view();
        byte[] whole = view.unsealed();
        requireRoom(whole.length);
        writer.append(whole, view.syncedBefore(), view.remembered());
        return true;
    }

    private void fill(long position) {
        while (writer.position() < position) {
            requireRoom(LOST_FRAME);
            writer.append(RecordCipher.NONE.seal(RecordCodec.lost()), Position.START, false);
        }
    }

    private void requireRoom(int bytes) {
        if (!writer.hasRoomFor(bytes)) {
            throw new IllegalStateException("a segment that is written anew takes more than it had");
        }
    }

    @Override
    public void close() throws IOException {
        writer.force(Disk.real());
        long unused = writer.finish(Disk.real());
    }
}
