package io.forebay.storage.chronicle;

import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;

/**
 * The data directory of one log, held by an exclusive lock. Owned by the thread that opens and closes the log.
 *
 * <p>The lock goes with the process, however it ends, and says nothing about process ids: a container that restarts with
 * the same id finds it free.
 */
final class LogDirectory implements AutoCloseable {
    private final Path directory;
    private final FileChannel lockFile;
    private final String gatewayId;

    private LogDirectory(Path directory, FileChannel lockFile, String gatewayId) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.gatewayId = gatewayId;
    }

    static LogDirectory open(Path directory, Disk disk) {
        FileChannel lockFile = null;
        try {
            makeDirectories(directory, disk);
            lockFile = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(lockFile)) {
                throw new LogException(
                        Kind.UNUSABLE_DIRECTORY, "Another gateway holds the directory " + directory.toAbsolutePath());
            }
            return new LogDirectory(directory, lockFile, gatewayId(directory.resolve("gateway-id"), disk));
        } catch (IOException | RuntimeException cause) {
            closeQuietly(lockFile);
            if (cause instanceof LogException refused) {
                throw refused;
            }
            throw new LogException(
                    Kind.UNUSABLE_DIRECTORY,
                    "The directory " + directory.toAbsolutePath() + " cannot be used: " + cause,
                    cause);
        }
    }

    private static void makeDirectories(Path directory, Disk disk) throws IOException {
        boolean isNew = Files.notExists(directory);
        Files.createDirectories(directory.resolve("log"));
        disk.forceNames(directory);
        if (isNew) {
            disk.forceNames(directory.toAbsolutePath().getParent());
        }
    }

    private static boolean locked(FileChannel lockFile) throws IOException {
        try {
            FileLock lock = lockFile.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    /** Whether a gateway holds this directory now. It is not held by that, nor changed. */
    static boolean isHeld(Path directory) throws IOException {
        try (FileChannel lockFile = FileChannel.open(directory.resolve("lock"), StandardOpenOption.READ);
                FileLock shared = lockFile.tryLock(0, Long.MAX_VALUE, true)) {
            return shared == null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return true;
        } catch (NoSuchFileException never) {
            return false;
        }
    }

    private static String gatewayId(Path file, Disk disk) throws IOException {
        if (Files.notExists(file)) {
            String id = String.format("%08x", new SecureRandom().nextInt());
            SyncedFiles.write(file, id.getBytes(StandardCharsets.US_ASCII), disk);
        }
        return readGatewayId(file);
    }

    static String readGatewayId(Path file) throws IOException {
        String id = Files.readString(file, StandardCharsets.US_ASCII).strip();
        if (!id.matches("[0-9a-f]{8}")) {
            throw new IOException(file + " does not hold eight hexadecimal digits");
        }
        return id;
    }

    private static void closeQuietly(FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException ignored) {
                // The reason why it is closed is told, this one is not.
            }
        }
    }

    String gatewayId() {
        return gatewayId;
    }

    Path segments() {
        return directory.resolve("log");
    }

    Path positionFile() {
        return directory.resolve("position");
    }

    @Override
    public void close() {
        closeQuietly(lockFile);
    }
}
