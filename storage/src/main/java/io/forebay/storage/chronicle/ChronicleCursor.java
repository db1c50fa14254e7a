package io.forebay.storage.chronicle;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.storage.LogCursor;
import io.forebay.storage.Message;
import io.forebay.storage.Position;
import io.forebay.storage.ProbableLanes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.function.LongSupplier;

/**
 * Reads messages from segment to segment, never past the durable end. Owned by the thread that first uses it; it has its
 * own view of each segment and shares nothing with the writer but the number that says how far it may read.
 */
final class ChronicleCursor implements LogCursor {
    private static final long NOWHERE = -1;

    private final Segments segments;
    private final LongSupplier durableEnd;
    private final SegmentReader.Losses losses;
    private SegmentReader reader;
    private int segment;
    private long index;
    private long limit;
    private long position;
    /** Where the segment before was read to its end; none if this one was not come to from there. */
    private long cameFrom = NOWHERE;

    private boolean closed;

    ChronicleCursor(Segments segments, LongSupplier durableEnd, SegmentReader.Losses losses, long from) {
        this.segments = segments;
        this.durableEnd = durableEnd;
        this.losses = losses;
        moveTo(from);
    }

    @Override
    public boolean next() {
        if (closed) {
            throw new IllegalStateException("The cursor is closed");
        }
        try {
            while (index < limit || more()) {
                if (nextInSegment()) {
                    return true;
                }
            }
            return false;
        } catch (IOException cause) {
            throw new UncheckedIOException("The log cannot be read at " + Position.text(nextPosition()), cause);
        }
    }

    private boolean nextInSegment() throws IOException {
        if (reader == null && !open()) {
            index = limit;
            return false;
        }
        while (index < limit) {
            long at = reader.readAtOrAfter(index, limit, losses);
            index = at < 0 ? limit : at + 1;
            checkNothingIsMissing(at);
            if (at >= 0 && reader.record().kind() == RecordKind.MESSAGE) {
                position = Position.of(segment, at);
                return true;
            }
        }
        return false;
    }

    /** The first record of a segment tells where the log ended then: that is where the one before was read to. */
    private void checkNothingIsMissing(long at) {
        if (at == 0 && cameFrom != NOWHERE) {
            long ended = reader.record().syncedBefore();
            int last = Position.segment(ended);
            if (ended > cameFrom && last < segment && !segments.mayBeDeletedBefore(ended)) {
                losses.lost(
                        last,
                        last == Position.segment(cameFrom) ? Position.index(cameFrom) : 0,
                        Position.index(ended),
                        ProbableLanes.NONE);
            }
        }
        cameFrom = NOWHERE;
    }

    private boolean open() throws IOException {
        try {
            reader = segments.reader(segment);
            return true;
        } catch (NoSuchFileException deleted) {
            if (!segments.mayBeDeletedBefore(Position.of(segment, limit))) {
                losses.lost(segment, index, limit, ProbableLanes.NONE);
            }
            // Else it was settled and deleted meanwhile: nothing of it is wanted.
            return false;
        }
    }

    /** Looks how far it may read now; goes to the next segment when this one is read to its end. */
    private boolean more() {
        // In this order: once the durable end has left a segment, that segment is among the finished ones.
        long end = durableEnd.getAsLong();
        while (true) {
            Segment finished = segments.get(segment);
            limit = limitOf(finished, end);
            if (index < limit) {
                return true;
            }
            if (segment >= Position.segment(end)) {
                return false;
            }
            long readTo = nextPosition();
            stepTo(next(end));
            cameFrom = readTo;
        }
    }

    private long limitOf(Segment finished, long end) {
        if (segment == Position.segment(end)) {
            return Position.index(end);
        }
        return finished == null || segment > Position.segment(end) ? 0 : finished.records();
    }

    private int next(long end) {
        Segment later = segments.atOrAfter(segment + 1);
        int active = Position.segment(end);
        return later == null ? active : Math.min(later.number(), active);
    }

    private void stepTo(int number) {
        closeReader();
        segment = number;
        index = 0;
        limit = 0;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public String lane() {
        return reader.record().lane();
    }

    @Override
    public String username() {
        return reader.record().username();
    }

    @Override
    public String topic() {
        return reader.record().topic();
    }

    @Override
    public boolean retain() {
        return reader.record().retain();
    }

    @Override
    public boolean fromAmqp() {
        return reader.record().fromAmqp();
    }

    @Override
    public int bytes() {
        return reader.record().length();
    }

    @Override
    public long arrivedAtMs() {
        return reader.record().arrivedAtMs();
    }

    @Override
    public int payloadBytes() {
        return reader.record().payloadBytes();
    }

    @Override
    public Message message() {
        return reader.record().message();
    }

    @Override
    public long nextPosition() {
        return Position.of(segment, index);
    }

    @Override
    @CanIgnoreReturnValue
    public LogCursor moveTo(long target) {
        if (Position.segment(target) != segment) {
            stepTo(Position.segment(target));
        }
        index = Position.index(target);
        limit = 0;
        cameFrom = NOWHERE;
        return this;
    }

    @Override
    public void rest() {
        closeReader();
    }

    private void closeReader() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }

    @Override
    public void close() {
        closed = true;
        closeReader();
    }
}
