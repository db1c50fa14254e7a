package io.forebay.storage.chronicle;

import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import io.forebay.storage.Position;
import io.forebay.storage.chronicle.RecordCodec.Soundness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * Reads the records of one segment by index, through a read-only Chronicle Queue of its own: to share the writer's would
 * mean to read pages that somebody else unmaps. Owned by the thread that made it.
 *
 * <p>Chronicle's tailer stops for ever at a torn page and says nothing, so the index is what counts here: a record that
 * should be there and is not was lost, and behind a hole reading goes on where Chronicle's index leads past it.
 */
final class SegmentReader implements AutoCloseable {
    private static final long LOST = -1;
    private static final int FRAMED_RECORD_MIN = 4 + RecordCodec.BODY + RecordCodec.TRAILER;

    /** What is at an index. */
    enum Found {
        RECORD,
        /** Something, but not the record that was written. */
        DAMAGED,
        NOTHING
    }

    /** Is told of records that should be there and cannot be read. */
    interface Losses {
        void lost(int segment, long fromIndex, long toIndex);
    }

    private final int segment;
    private final long fileBytes;
    private final SingleChronicleQueue queue;
    private final byte[] scratch = RecordCodec.scratch();
    private ExcerptTailer tailer;
    private long tailerIndex = LOST;
    private byte[] record = new byte[4096];
    private int length;
    private long recordEnd;

    SegmentReader(int segment, Path directory) throws IOException {
        this.segment = segment;
        this.fileBytes = Files.size(ChronicleFiles.data(directory));
        this.queue = ChronicleFiles.openForReading(directory);
        this.tailer = queue.createTailer();
    }

    /** The record found last: valid until the next read, in the first {@link #length} bytes. */
    byte[] record() {
        return record;
    }

    int length() {
        return length;
    }

    /** Where in the file the record found last ends. */
    long recordEnd() {
        return recordEnd;
    }

    /** No record of this segment has an index as great as this. */
    long indexLimit() {
        return fileBytes / FRAMED_RECORD_MIN;
    }

    /** @return the index of the first record at or after {@code index} that can be read, or -1 if none is before limit */
    long readAtOrAfter(long index, long limit, Losses losses) {
        long at = index;
        while (at < limit) {
            Found found = read(at);
            if (found == Found.RECORD) {
                if (at > index) {
                    losses.lost(segment, index, at);
                }
                return at;
            }
            at = found == Found.DAMAGED ? at + 1 : nextIndexed(at);
        }
        if (index < limit) {
            losses.lost(segment, index, limit);
        }
        return -1;
    }

    /** Behind a hole, records can be found again at these. */
    static long nextIndexed(long index) {
        return (index / ChronicleFiles.INDEX_SPACING + 1) * ChronicleFiles.INDEX_SPACING;
    }

    Found read(long index) {
        try {
            Found found = index == tailerIndex || moveTo(index) ? readHere(index) : Found.NOTHING;
            tailerIndex = found == Found.RECORD ? index + 1 : LOST;
            return found;
        } catch (LogException refused) {
            throw refused;
        } catch (RuntimeException | InternalError | AssertionError damage) {
            // What Chronicle makes of garbage where a header should be. Its tailer is not trusted after that.
            startAnew();
            return Found.NOTHING;
        }
    }

    private boolean moveTo(long index) {
        return tailer.moveToIndex(ChronicleFiles.chronicleIndex(index));
    }

    private void startAnew() {
        tailer.close();
        tailer = queue.createTailer();
        tailerIndex = LOST;
    }

    private Found readHere(long index) {
        try (DocumentContext document = tailer.readingDocument()) {
            if (!document.isPresent() || document.index() != ChronicleFiles.chronicleIndex(index)) {
                return Found.NOTHING;
            }
            Bytes<?> bytes = document.wire().bytes();
            long there = bytes.readRemaining();
            if (there > fileBytes) {
                return Found.DAMAGED;
            }
            copy(bytes, (int) there);
        }
        Soundness soundness = RecordCodec.check(record, length, Position.of(segment, index), scratch);
        if (soundness == Soundness.NEWER_VERSION) {
            throw new LogException(
                    Kind.UNUSABLE_DIRECTORY,
                    "The log was written by a newer version of Forebay, which this one cannot read");
        }
        return soundness == Soundness.SOUND ? Found.RECORD : Found.DAMAGED;
    }

    private void copy(Bytes<?> bytes, int there) {
        if (record.length < there) {
            record = new byte[Math.max(there, record.length * 2)];
        }
        bytes.read(record, 0, there);
        length = there;
        recordEnd = bytes.readPosition();
    }

    @Override
    public void close() {
        tailer.close();
        queue.close();
    }
}
