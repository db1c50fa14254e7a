package io.forebay.gateway.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The content of some files as it was at one time, and what tells it from another. The content itself is compared, not
 * when it was written: symbolic links that are exchanged and files that are put in place tell their own times. Immutable.
 */
record Snapshot(Map<Path, byte[]> contents, String fingerprint) {
    /** Throws {@link TlsException}. */
    static Snapshot read(Collection<Path> files, long fileBytesMax) {
        Map<Path, byte[]> contents = new LinkedHashMap<>();
        MessageDigest digest = sha256();
        for (Path file : files) {
            byte[] content = read(file, fileBytesMax);
            contents.put(file, content);
            digest.update(sha256().digest(content));
        }
        return new Snapshot(contents, HexFormat.of().formatHex(digest.digest()));
    }

    byte[] of(Path file) {
        return contents.get(file);
    }

    private static byte[] read(Path file, long max) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes((int) Math.min(max, Integer.MAX_VALUE - 16) + 1);
            if (content.length > max) {
                throw new TlsException(file + " is larger than mqtt.tls.file-size-max, " + max + " bytes.");
            }
            return content;
        } catch (NoSuchFileException missing) {
            throw new TlsException(file + " is not there.", missing);
        } catch (IOException unreadable) {
            throw new TlsException(file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // Every JDK has it.
        }
    }
}
