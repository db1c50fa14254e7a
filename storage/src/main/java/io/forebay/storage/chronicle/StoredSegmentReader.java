package io.forebay.storage.chronicle;

import io.forebay.storage.Position;
import io.forebay.storage.ProbableLanes;
import io.forebay.storage.StoredLogReader;
import io.forebay.storage.StoredSegment;
import java.io.IOException;
import java.nio.file.Path;

/** Shows all of one segment that lies there. Owned by the thread that made it. */
final class StoredSegmentReader implements AutoCloseable {
    private static final SegmentReader.Losses NOT_YET = (segment, from, to, lanes) -> {};

    private final StoredSegment segment;
    private final SegmentReader reader;
    private final ViewedRecord viewed;
    /** Of the last hole. */
    private ProbableLanes lanes = ProbableLanes.NONE;

    StoredSegmentReader(StoredSegment segment, Path directory, RecordCipher cipher) throws IOException {
        this.segment = segment;
        // Offsets of its own: what it passes is no use to anybody else.
        this.reader = new SegmentReader(segment.number(), directory, new SegmentOffsets(), Disk.real(), cipher);
        this.viewed = new ViewedRecord(reader.record());
    }

    /** The end of a segment without a seal, as a start would find it; see {@link Recovery#validEnd}. */
    static long recordsOf(int number, Path directory, RecordCipher cipher, long validEnd) throws IOException {
        try (SegmentReader reader = new SegmentReader(number, directory, new SegmentOffsets(), Disk.real(), cipher)) {
            return UnsealedSegment.read(number, reader, NOT_YET, validEnd).records();
        }
    }

    RecordView record() {
        return reader.record();
    }

    /** How much of the file is read. */
    long bytes() {
        return reader.recordEnd();
    }

    /** @return whether to go on, with the next segment */
    boolean read(long from, long to, StoredLogReader shown) throws IOException {
        long end = Math.min(to, segment.records());
        long index = from;
        while (index < end) {
            long found = next(index, end);
            long lostTo = found < 0 ? end : found;
            if (lostTo > index) {
                shown.onLost(Position.of(segment.number(), index), Position.of(segment.number(), lostTo), lanes);
            }
            if (found < 0) {
                return true;
            }
            if (!shown.onRecord(viewed)) {
                return false;
            }
            index = found + 1;
        }
        return true;
    }

    private long next(long index, long end) throws IOException {
        long found = reader.readAtOrAfter(index, end, this::note);
        if (found == index || segment.sealed()) {
            return found;
        }
        // Somebody may be writing: what was not there a moment ago, while what follows was, is there now. Damage stays.
        long hole = found < 0 ? end : found;
        long again = reader.readAtOrAfter(index, hole, this::note);
        return again >= 0 || found < 0 ? again : reader.readAtOrAfter(found, end, this::note);
    }

    private void note(int number, long from, long to, ProbableLanes ofHole) {
        lanes = ofHole;
    }

    @Override
    public void close() {
        reader.close();
    }
}
