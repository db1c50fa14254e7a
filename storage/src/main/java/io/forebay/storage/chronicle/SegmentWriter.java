package io.forebay.storage.chronicle;

import io.forebay.storage.Position;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segment that is written. Made by the preparer, then owned by the log's writer thread, then handed to the keeper,
 * which finishes it.
 *
 * <p>The space of the whole file is taken before the first record, and no record is begun that could end behind it: a
 * store to a mapped page without space is a SIGBUS, which costs the process or, worse, an acknowledged message.
 */
final class SegmentWriter {
    /** Chronicle puts its index pages (33 KB for a million records) between the records. */
    private static final int INDEX_SLACK = 128 << 10;

    private static final int FRAME = 8;

    private static final Logger LOG = LoggerFactory.getLogger(SegmentWriter.class);

    private final int number;
    private final Path directory;
    private final long dataBytes;
    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final FileChannel channel;
    private long end;
    private long records;
    private long messages;
    private Segment durable;

    private SegmentWriter(int number, Path directory, long dataBytes, SingleChronicleQueue queue) throws IOException {
        this.number = number;
        this.directory = directory;
        this.dataBytes = dataBytes;
        this.queue = queue;
        this.durable = new Segment(number, directory, 0, 0);
        this.appender = queue.createAppender();
        appender.singleThreadedCheckDisabled(true);
        writeLabel();
        this.channel = FileChannel.open(ChronicleFiles.data(directory), StandardOpenOption.WRITE);
    }

    /** Makes the segment's directory and file with all their space. Leaves nothing behind if that fails. */
    static SegmentWriter create(Path directory, int number, long dataBytes, Disk disk) throws IOException {
        return create(directory, number, dataBytes, disk, () -> true);
    }

    /**
     * The same, with zeros over that space.
     *
     * @param enoughZeros asked again and again; whether to leave the rest as it is
     */
    static SegmentWriter create(Path directory, int number, long dataBytes, Disk disk, BooleanSupplier enoughZeros)
            throws IOException {
        Files.createDirectory(directory);
        SingleChronicleQueue queue = null;
        try {
            disk.allocate(ChronicleFiles.preparedData(directory), dataBytes);
            if (!enoughZeros.getAsBoolean()) {
                disk.writeZeros(ChronicleFiles.preparedData(directory), dataBytes, enoughZeros);
            }
            disk.allocate(ChronicleFiles.metadata(directory), ChronicleFiles.METADATA_BYTES);
            queue = ChronicleFiles.openForWriting(directory, dataBytes);
            SegmentWriter writer = new SegmentWriter(number, directory, dataBytes, queue);
            // Nobody else writes here, now or later: without the file there is no lock that a crash could leave behind.
            Files.delete(ChronicleFiles.metadata(directory));
            disk.forceAll(ChronicleFiles.data(directory), writer.channel);
            disk.forceNames(directory);
            disk.forceNames(directory.getParent());
            return writer;
        } catch (Throwable cause) {
            if (queue != null) {
                queue.close();
            }
            try {
                SyncedFiles.deleteDirectory(directory);
            } catch (IOException alsoFailed) {
                cause.addSuppressed(alsoFailed);
            }
            throw cause;
        }
    }

    /** Makes Chronicle lay out its file now, on the preparer's thread; readers pass over it. */
    private void writeLabel() {
        try (DocumentContext document = appender.writingDocument(true)) {
            Bytes<?> bytes = document.wire().bytes();
            bytes.write("forebay segment ".getBytes(StandardCharsets.US_ASCII));
            bytes.writeInt(number);
            end = bytes.writePosition();
        }
    }

    boolean hasRoomFor(long bytes) {
        return end + bytes + FRAME + INDEX_SLACK <= dataBytes;
    }

    /** What fits into a fresh segment beside the label and Chronicle's header. */
    static long roomOf(long dataBytes) {
        return dataBytes - 2 * INDEX_SLACK;
    }

    /** @param record as the codec made it, without its trailer */
    void append(byte[] record, long syncedBefore, boolean remembered) {
        RecordCodec.sealTrailer(record, position(), syncedBefore, remembered);
        try (DocumentContext document = appender.writingDocument()) {
            try {
                Bytes<?> bytes = document.wire().bytes();
                bytes.write(record, 0, record.length);
                end = bytes.writePosition();
            } catch (Throwable cause) {
                document.rollbackOnClose();
                throw cause;
            }
        }
        records++;
        if (record[3] == RecordKind.MESSAGE.code) {
            messages++;
        }
    }

    /** Position of the next record. */
    long position() {
        return Position.of(number, records);
    }

    /** That Chronicle counts as we do: positions are promises to the bridge. */
    void checkCount() {
        if (records > 0 && appender.lastIndexAppended() != ChronicleFiles.chronicleIndex(records - 1)) {
            throw new IllegalStateException("Chronicle wrote record " + (records - 1) + " of segment " + number + " as "
                    + Long.toHexString(appender.lastIndexAppended()));
        }
    }

    /** How much of the file is written. */
    long usedBytes() {
        return end;
    }

    void force(Disk disk) throws IOException {
        disk.force(ChronicleFiles.data(directory), channel);
        durable = sealed();
    }

    int number() {
        return number;
    }

    Segment sealed() {
        return new Segment(number, directory, records, messages);
    }

    /**
     * Lets go of the file, gives back the space behind the last record, and writes down how many records there are.
     * After the writer thread is done with it, for good: an unmapped page that somebody still reads is a SIGSEGV.
     *
     * @return how many bytes the file holds now
     */
    long finish(Disk disk) throws IOException {
        appender.close();
        queue.close();
        try (channel) {
            long used = Math.min(dataBytes, end + INDEX_SLACK);
            channel.truncate(used);
            sealed().writeSeal(disk);
            return used;
        }
    }

    /** What a completed sync covers: all that may be read of a segment that is given up. */
    Segment durable() {
        return durable;
    }

    /**
     * The file has failed: it is neither written nor synced again, since the pages of a failed sync are clean to the
     * operating system and need not be on the disk. Its seal says how far it holds; without one, the next segment's first
     * record says it.
     *
     * @return how many bytes the file holds now
     */
    long giveUp(Disk disk) throws IOException {
        abandon();
        if (durable.records() == 0) {
            SyncedFiles.deleteDirectory(directory);
            return 0;
        }
        durable.writeSeal(disk);
        return withoutRest();
    }

    /** Gives back the space behind the last record, which no page of it shares, if the disk still can. */
    private long withoutRest() throws IOException {
        long used = Math.min(dataBytes, end + INDEX_SLACK);
        try (FileChannel file = FileChannel.open(ChronicleFiles.data(directory), StandardOpenOption.WRITE)) {
            file.truncate(used);
            return used;
        } catch (IOException readOnlyNow) {
            return Files.size(ChronicleFiles.data(directory));
        }
    }

    /** Lets go of the file as it is; the next start finds out what it holds. */
    void abandon() {
        appender.close();
        queue.close();
        try {
            channel.close();
        } catch (IOException alreadyBroken) {
            LOG.debug("The file of a failed segment does not close [segment={}]", number, alreadyBroken);
        }
    }

    /** It was never used: as if it had not been made. */
    void discard() throws IOException {
        abandon();
        SyncedFiles.deleteDirectory(directory);
    }
}
