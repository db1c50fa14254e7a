package io.forebay.storage.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.posix.OpenFlag;
import net.openhft.posix.PosixAPI;

/** Takes space with fallocate(2), or by writing zeros where a file system has no fallocate. Any thread. */
final class PosixDisk implements Disk {
    private static final int ZEROS = 1 << 20;

    @Override
    public void allocate(Path file, long bytes) throws IOException {
        Files.createFile(file);
        // errno is not to be trusted through this API, so a failure is not asked for its reason: writing the zeros
        // either works (no fallocate here) or throws what is really wrong.
        if (!fallocated(file, bytes)) {
            writeZeros(file, bytes);
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

    static void writeZeros(Path file, long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (long left = bytes; left > 0; ) {
                zeros.clear().limit((int) Math.min(left, ZEROS));
                left -= channel.write(zeros);
            }
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
