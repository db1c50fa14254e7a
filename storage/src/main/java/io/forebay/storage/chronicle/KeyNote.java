package io.forebay.storage.chronicle;

import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import io.forebay.storage.encryption.Keyring;
import io.forebay.storage.encryption.UnknownKeyException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file {@code key} beside a segment's data: the id of the key that the segment is encrypted with. A start looks at these
 * only, and so refuses at once when a key is missing that a cursor would want in an hour; an operator sees which keys are
 * still needed. Each record says so again, so nothing hangs on this file. No state.
 */
final class KeyNote {
    private KeyNote() {}

    private static Path file(Path directory) {
        return directory.resolve("key");
    }

    static void write(Path directory, Keyring keys, Disk disk) throws IOException {
        if (keys.encrypts()) {
            SyncedFiles.write(file(directory), Keyring.text(keys.current()).getBytes(StandardCharsets.US_ASCII), disk);
        }
    }

    /** Throws {@link LogException} if the segment needs a key that is not here. */
    static void check(int segment, Path directory, Keyring keys) throws IOException {
        if (Files.notExists(file(directory))) {
            return;
        }
        String id = Files.readString(file(directory), StandardCharsets.US_ASCII).strip();
        if (id.matches("[0-9a-f]{8}") && !keys.has(Integer.parseUnsignedInt(id, 16))) {
            throw new LogException(
                    Kind.UNUSABLE_DIRECTORY,
                    "Segment " + segment + " of the log is "
                            + UnknownKeyException.sentence(Integer.parseUnsignedInt(id, 16), keys));
        }
    }
}
