package io.forebay.storage.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;
import net.openhft.posix.OpenFlag;
import net.openhft.posix.PosixAPI;

/** Takes space with fallocate(2), or by writing zeros where a file system has no fallocate. Any thread. */
final class PosixDisk implements Disk {
    /**
     * Zeros are written in small pieces: what Linux is given in one piece it may keep as one, a large folio, and a record on a
     * mapped page of that makes the whole of it dirty. After pieces of 1 MiB a sync for 300 bytes has written 1 MiB.
     */
    private static final int PIECE = 16 << 10;
    /** What may be dirty of them: a sync of the log that comes in between may have to wait for that. */
    private static final int UNSYNCED = 1 << 20;

    @Override
    public void allocate(Path file, long bytes) throws IOException {
        Files.createFile(file);
        // errno is not to be trusted through this API, so a failure is not asked for its reason: writing the zeros
        // either works (no fallocate here) or throws what is really wrong.
        if (!fallocated(file, bytes)) {
            writeZeros(file, bytes, () -> false);
        }
    }

    private static boolean fallocated(Path file, long bytes) {
        try {
            PosixAPI posix = PosixAPI.posix();
            int fd = posix.open(file.toString(), OpenFlag.O_RDWR, 0);
            if (fd < 0) {
                return false;
            }
            try {
                return posix.fallocate(fd, 0, 0, bytes) == 0;
            } finally {
                posix.close(fd);
            }
        } catch (RuntimeException | LinkageError noFallocate) {
            // Its native part may not load, from a /tmp without exec for one.
            return false;
        }
    }

    @Override
    public void writeZeros(Path file, long bytes, BooleanSupplier enough) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (long at = 0; at < bytes && !enough.getAsBoolean(); at += zeros.limit()) {
                if (at % UNSYNCED == 0) {
                    channel.force(false);
                }
                zeros.clear().limit((int) Math.min(bytes - at, PIECE));
                while (zeros.hasRemaining()) {
                    int unused = channel.write(zeros);
                }
            }
            channel.force(false);
        }
    }

    @Override
    public void force(FileChannel channel) throws IOException {
        channel.force(false);
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }
}
