package io.forebay.storage.chronicle;

import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import io.forebay.storage.Position;
import io.forebay.storage.ProbableLanes;
import io.forebay.storage.chronicle.RecordView.Soundness;
import io.forebay.storage.encryption.UnknownKeyException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Reads the records of one segment from its Chronicle Queue file. Owned by the thread that made it.
 *
 * <p>It does not use Chronicle's tailer, which trusts what it reads: at a torn page it stops for ever and says nothing,
 * garbage in a header sends it behind the end of the mapping (InternalError, or the end of the process), and behind a
 * hole it finds records again only at every 256th. The frame around a document is simple and has not changed since
 * version 4: a little-endian word with the length in 30 bits, bit 30 for Chronicle's own pages, bit 31 while it is not
 * complete; each frame begins at a multiple of four. Our records know what they are, so reading goes on with the first
 * sound one behind any damage. {@code ChronicleCompatibilityTest} compares with the tailer.
 */
final class SegmentReader implements AutoCloseable {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int FRAME = 4;
    private static final int INCOMPLETE = 1 << 31;
    private static final int CHRONICLES_OWN = 1 << 30;
    private static final int LENGTH = CHRONICLES_OWN - 1;
    private static final int RECORD_MIN = RecordCodec.BODY + RecordCodec.TRAILER;
    private static final long UNKNOWN = -1;
    private static final int SCANNED_AT_ONCE = 64 << 10;

    private final int segment;
    private final SegmentOffsets offsets;
    private final FileChannel channel;
    private final Disk disk;
    private final FileWindow window;
    private final RecordView record;
    private long fileBytes;
    /** Where the next frame begins. */
    private long at;
    /** Between these the last step found nothing sound. */
    private long passedFrom;

    private long passedTo;
    /** Null as long as nothing was lost. */
    private Remains remains;

    /** The least index that the next record may have. */
    private long nextIndex;

    /** Is told of records that should be there and cannot be read. */
    interface Losses {
        void lost(int segment, long fromIndex, long toIndex, ProbableLanes lanes);
    }

    /** Of what is not encrypted. */
    SegmentReader(int segment, Path directory, SegmentOffsets offsets) throws IOException {
        this(segment, directory, offsets, Disk.real(), RecordCipher.NONE);
    }

    /** @param cipher knows the keys of what is encrypted */
    SegmentReader(int segment, Path directory, SegmentOffsets offsets, Disk disk, RecordCipher cipher)
            throws IOException {
        this.segment = segment;
        this.offsets = offsets;
        this.disk = disk;
        this.record = new RecordView(cipher);
        this.channel = FileChannel.open(ChronicleFiles.data(directory), StandardOpenOption.READ);
        this.fileBytes = channel.size();
        this.window = new FileWindow(channel, disk);
    }

    /** The record found last: valid until the next read. */
    RecordView record() {
        return record;
    }

    /** Where in the file the record found last ends. */
    long recordEnd() {
        return at;
    }

    /** @return the index of the first record at or after {@code index} that can be read, or -1 if none is before limit */
    long readAtOrAfter(long index, long limit, Losses losses) throws IOException {
        if (index != nextIndex) {
            at = offsets.before(segment, index);
            nextIndex = 0;
        }
        while (next()) {
            long found = record.index();
            if (found >= index) {
                long lostTo = Math.min(found, limit);
                if (lostTo > index) {
                    losses.lost(segment, index, lostTo, passedOver(index, lostTo));
                }
                return found < limit ? found : end();
            }
        }
        losses.lost(segment, index, limit, passedOver(index, limit));
        return end();
    }

    /** Whose the records probably were that the last step passed over; {@link #record} stays what it is. */
    ProbableLanes passedOver(long fromIndex, long toIndex) throws IOException {
        if (passedTo <= passedFrom) {
            return ProbableLanes.NONE;
        }
        if (remains == null) {
            remains = new Remains(channel, disk);
        }
        return remains.lanes(passedFrom, passedTo, Position.of(segment, fromIndex), Position.of(segment, toIndex));
    }

    private long end() {
        nextIndex = UNKNOWN;
        return -1;
    }

    /** Goes to the next sound record. @return false if there is none up to the end of the file; then it has not moved */
    boolean next() throws IOException {
        long from = at;
        passedFrom = from;
        if (findHere()) {
            return true;
        }
        // The window may show what was there before the writer came by.
        window.refill();
        fileBytes = channel.size();
        at = from;
        if (findHere()) {
            return true;
        }
        if (findBehindDamage(from)) {
            return true;
        }
        at = from;
        passedTo = fileBytes;
        return false;
    }

    /** Whether a sound record follows, with nothing before it but pages of Chronicle's own. */
    private boolean findHere() throws IOException {
        while (true) {
            int word = word(at);
            if ((word & INCOMPLETE) != 0 || word == 0) {
                return false;
            }
            if ((word & CHRONICLES_OWN) == 0) {
                return soundAt(at);
            }
            long following = behind(at, word);
            if (following > fileBytes) {
                return false;
            }
            at = following;
        }
    }

    /** Whether there is anything behind the pages that Chronicle makes itself; what was read before does not matter. */
    boolean isWrittenTo() throws IOException {
        at = 0;
        if (findHere()) {
            return true;
        }
        byte[] zeros = new byte[SCANNED_AT_ONCE];
        for (long from = at; from < fileBytes; from += SCANNED_AT_ONCE) {
            int count = (int) Math.min(SCANNED_AT_ONCE, fileBytes - from);
            int there = window.show(from, count);
            if (Arrays.mismatch(window.bytes(), there, there + count, zeros, 0, count) >= 0) {
                return true;
            }
        }
        return false;
    }

    private boolean findBehindDamage(long from) throws IOException {
        // If the length of the damaged record is right, this is the cheapest, and passes over what its payload holds.
        int word = word(at);
        if ((word & (INCOMPLETE | CHRONICLES_OWN)) == 0 && word != 0 && soundAt(behind(at, word))) {
            return true;
        }
        for (long frame = from; frame + FRAME + RECORD_MIN <= fileBytes; frame += FRAME) {
            if (mayBeRecord(frame) && soundAt(frame)) {
                return true;
            }
        }
        return false;
    }

    private boolean mayBeRecord(long frame) throws IOException {
        int there = window.show(frame, FRAME + 4);
        return RecordView.mayStartAt(window.bytes(), there + FRAME);
    }

    /** Whether a record with a greater index than those before is at this frame; if so, it becomes the current one. */
    private boolean soundAt(long frame) throws IOException {
        int word = word(frame);
        int length = word & LENGTH;
        if (word != length || length < RECORD_MIN || frame + FRAME + length > fileBytes) {
            return false;
        }
        int there = window.show(frame + FRAME, length);
        record.at(window.bytes(), there, length);
        Soundness soundness = check();
        if (soundness == Soundness.NEWER_VERSION) {
            throw new LogException(
                    Kind.UNUSABLE_DIRECTORY,
                    "The log was written by a newer version of Forebay, which this one cannot read");
        }
        if (soundness == Soundness.DAMAGED || record.segment() != segment || record.index() < nextIndex) {
            return false;
        }
        if (SegmentOffsets.noted(record.index())) {
            offsets.note(segment, record.index(), frame);
        }
        nextIndex = record.index() + 1;
        passedTo = frame;
        at = behind(frame, word);
        return true;
    }

    private Soundness check() {
        try {
            return record.check();
        } catch (UnknownKeyException unknown) {
            throw new LogException(
                    Kind.UNUSABLE_DIRECTORY, "Segment " + segment + " of the log is " + unknown.getMessage(), unknown);
        }
    }

    private int word(long frame) throws IOException {
        return frame + FRAME > fileBytes ? 0 : (int) WORD.get(window.bytes(), window.show(frame, FRAME));
    }

    private static long behind(long frame, int word) {
        return (frame + FRAME + (word & LENGTH) + FRAME - 1) & -FRAME;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException nothingWasWritten) {
            // A file that was only read.
        }
    }
}
