package io.forebay.simulator.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Takes the space of a disk until it is told to give it back. The file has no name while it grows, so that the space is free
 * again even if this process is killed. {@link #fill} runs on a worker thread, {@link #stop} on any.
 */
final class DiskFiller {
    private static final int CHUNK = 4 << 20;

    private final Path directory;
    private final long leave;
    private volatile boolean stopped;

    DiskFiller(Path directory, long leave) {
        this.directory = directory;
        this.leave = leave;
    }

    /** Fills, and returns when it is stopped. */
    Void fill() throws IOException, InterruptedException {
        Path file = Files.createTempFile(directory, "forebay-fill-", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            Files.delete(file);
            FileStore store = Files.getFileStore(directory);
            while (!stopped) {
                long free = store.getUsableSpace() - leave;
                if (free <= 0 || !write(channel, (int) Math.min(CHUNK, free))) {
                    synchronized (this) {
                        wait(100);
                    }
                }
            }
        }
        return null;
    }

    private static boolean write(FileChannel channel, int bytes) {
        try {
            return channel.write(ByteBuffer.allocate(bytes)) > 0;
        } catch (IOException full) {
            return false;
        }
    }

    void stop() {
        stopped = true;
        synchronized (this) {
            notifyAll();
        }
    }
}
