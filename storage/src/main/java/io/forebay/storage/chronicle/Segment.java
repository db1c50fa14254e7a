package io.forebay.storage.chronicle;

import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import io.forebay.storage.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A finished segment: it is only read and, in the end, deleted.
 *
 * <p>Its counts stand in the file {@code sealed} beside its data: u32 magic, u32 version, i64 records, i64 messages, u32
 * CRC32C. Later versions keep the first two and the last. A segment without that file was left by a process that died;
 * reading it finds its end.
 *
 * @param records how many records can be read: the index of the first that is not there
 */
record Segment(int number, Path directory, long records, long messages) {
    private static final int MAGIC = 0xF0BA5EA1;
    private static final int VERSION = 1;
    private static final int SEAL_BYTES = 28;

    long end() {
        return Position.of(number, records);
    }

    static String directoryName(int number) {
        String digits = Integer.toString(number);
        return "0".repeat(10 - digits.length()) + digits;
    }

    private static Path seal(Path directory) {
        return directory.resolve("sealed");
    }

    /** When it was sealed, by the time of day then; empty if there is no such file. */
    OptionalLong sealedAtMs() throws IOException {
        try {
            return OptionalLong.of(Files.getLastModifiedTime(seal(directory)).toMillis());
        } catch (NoSuchFileException unsealed) {
            return OptionalLong.empty();
        }
    }

    /** Deletes it from the disk. What a crash leaves of that has no data, and goes at the next start. */
    void delete() throws IOException {
        if (Files.exists(directory)) {
            Files.deleteIfExists(ChronicleFiles.data(directory));
            SyncedFiles.deleteDirectory(directory);
        }
    }

    void writeSeal(Disk disk) throws IOException {
        byte[] seal = new byte[SEAL_BYTES];
        RecordCodec.putInt(seal, 0, MAGIC);
        RecordCodec.putInt(seal, 4, VERSION);
        RecordCodec.putLong(seal, 8, records);
        RecordCodec.putLong(seal, 16, messages);
        RecordCodec.putInt(seal, 24, Crc.of(seal, 0, 24));
        SyncedFiles.write(seal(directory), seal, disk);
    }

    /** The segment as its seal describes it; empty if there is none that can be trusted. */
    static Optional<Segment> readSeal(Path directory, int number) throws IOException {
        byte[] seal;
        try {
            seal = Files.readAllBytes(seal(directory));
        } catch (NoSuchFileException unsealed) {
            return Optional.empty();
        }
        boolean whole = seal.length >= SEAL_BYTES
                && RecordCodec.getInt(seal, 0) == MAGIC
                && RecordCodec.getInt(seal, seal.length - 4) == Crc.of(seal, 0, seal.length - 4);
        if (whole && RecordCodec.getInt(seal, 4) > VERSION) {
            throw new LogException(
                    Kind.UNUSABLE_DIRECTORY,
                    "Segment " + number
                            + " of the log was sealed by a newer version of Forebay, which this one cannot read");
        }
        if (!whole || RecordCodec.getInt(seal, 4) != VERSION || seal.length != SEAL_BYTES) {
            return Optional.empty();
        }
        return Optional.of(new Segment(number, directory, RecordCodec.getLong(seal, 8), RecordCodec.getLong(seal, 16)));
    }
}
