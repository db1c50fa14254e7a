package io.forebay.simulator.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Takes the space of a disk until it is told to give it back. Owned by the worker thread that calls {@link #fill}; {@link
 * #stop} may come from any.
 *
 * <p>The file has no name while it grows, so that the space is free again even if this process is killed.
 */
final class DiskFiller {
    private static final int CHUNK = 4 << 20;
    private static final int LOOK_AGAIN_MS = 100;

    private final Path directory;
    private final long leave;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** @param leave bytes to leave free; 0: none, not even what is reserved for the administrator if this is his process */
    DiskFiller(Path directory, long leave) {
        this.directory = directory;
        this.leave = leave;
    }

    /** Fills, takes what others free meanwhile, and returns when it is stopped. */
    Void fill() throws IOException, InterruptedException {
        Path file = Files.createTempFile(directory, "forebay-fill-", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            Files.delete(file);
            FileStore store = Files.getFileStore(directory);
            boolean over = false;
            while (!over) {
                long room = leave == 0 ? CHUNK : store.getUsableSpace() - leave;
                boolean full = room <= 0 || !write(channel, (int) Math.min(CHUNK, room));
                over = stopped.await(full ? LOOK_AGAIN_MS : 0, TimeUnit.MILLISECONDS);
            }
        }
        return null;
    }

    /** Whether there was room for anything. The last piece of a disk is smaller than a chunk. */
    private boolean write(FileChannel channel, int bytes) {
        try {
            return channel.write(chunk.clear().limit(bytes)) > 0;
        } catch (IOException full) {
            return false;
        }
    }

    void stop() {
        stopped.countDown();
    }
}
