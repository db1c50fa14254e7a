package io.forebay.gateway.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/** Random bytes that this gateway keeps to itself, made once and kept in the data directory. */
public final class ServerSecret {
    private static final int BYTES = 32;

    private ServerSecret() {}

    /** Makes it if it is missing or was cut short; under the lock of the data directory. */
    public static byte[] in(Path dataDir) throws IOException {
        Path file = dataDir.resolve("server-secret");
        if (Files.exists(file)) {
            byte[] kept = Files.readAllBytes(file);
            if (kept.length == BYTES) {
                return kept;
            }
            Files.delete(file);
        }
        byte[] fresh = new byte[BYTES];
        new SecureRandom().nextBytes(fresh);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, fresh, StandardOpenOption.SYNC, StandardOpenOption.WRITE);
        return fresh;
    }
}
