package io.forebay.storage.chronicle;

import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/**
 * Where the bridge stands, on disk. Owned by the keeper's thread once the log is open.
 *
 * <p>Two slots of 512 bytes written in turn: a power cut while one is written leaves the other. A slot: u32 magic, u32
 * version, i64 number of the save, i64 position, u32 CRC32C of these. The newer valid slot counts.
 */
final class PositionFile implements AutoCloseable {
    private static final int SLOT_BYTES = 512;
    private static final int USED_BYTES = 28;
    private static final int MAGIC = 0xF0BA9051;
    private static final int VERSION = 1;

    private final Path file;
    private final FileChannel channel;
    private final Disk disk;
    private long save;
    private OptionalLong position = OptionalLong.empty();

    private PositionFile(Path file, FileChannel channel, Disk disk) {
        this.file = file;
        this.channel = channel;
        this.disk = disk;
    }

    static PositionFile open(Path file) throws IOException {
        return open(file, Disk.real());
    }

    static PositionFile open(Path file, Disk disk) throws IOException {
        if (Files.notExists(file)) {
            SyncedFiles.write(file, new byte[2 * SLOT_BYTES], disk);
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            PositionFile positionFile = new PositionFile(file, channel, disk);
            positionFile.readSlot(0);
            positionFile.readSlot(1);
            return positionFile;
        } catch (IOException | LogException cause) {
            channel.close();
            throw cause;
        }
    }

    /** What a file says that is left as it is. */
    static OptionalLong read(Path file) throws IOException {
        try (PositionFile positionFile =
                new PositionFile(file, FileChannel.open(file, StandardOpenOption.READ), Disk.real())) {
            positionFile.readSlot(0);
            positionFile.readSlot(1);
            return positionFile.position();
        }
    }

    /** What was saved last; empty if nothing was, or nothing that can be trusted. */
    OptionalLong position() {
        return position;
    }

    private void readSlot(int slot) throws IOException {
        byte[] bytes = new byte[SLOT_BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long from = (long) slot * SLOT_BYTES;
        while (buffer.hasRemaining() && disk.read(channel, buffer, from + buffer.position()) > 0) {
            // Until it is full or the file ends.
        }
        if (RecordCodec.getInt(bytes, 0) != MAGIC || RecordCodec.getInt(bytes, 24) != Crc.of(bytes, 0, 24)) {
            return;
        }
        if (RecordCodec.getInt(bytes, 4) != VERSION) {
            throw new LogException(
                    Kind.UNUSABLE_DIRECTORY,
                    "The position of the bridge was written by a newer version of Forebay, which this one cannot read: "
                            + file.toAbsolutePath());
        }
        long number = RecordCodec.getLong(bytes, 8);
        if (number > save) {
            save = number;
            position = OptionalLong.of(RecordCodec.getLong(bytes, 16));
        }
    }

    void save(long newPosition) throws IOException {
        long number = save + 1;
        byte[] bytes = new byte[USED_BYTES];
        RecordCodec.putInt(bytes, 0, MAGIC);
        RecordCodec.putInt(bytes, 4, VERSION);
        RecordCodec.putLong(bytes, 8, number);
        RecordCodec.putLong(bytes, 16, newPosition);
        RecordCodec.putInt(bytes, 24, Crc.of(bytes, 0, 24));
        disk.write(file, channel, ByteBuffer.wrap(bytes), number % 2 * SLOT_BYTES);
        disk.forceAll(file, channel);
        save = number;
        position = OptionalLong.of(newPosition);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
