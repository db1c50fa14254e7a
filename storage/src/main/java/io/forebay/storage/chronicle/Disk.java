package io.forebay.storage.chronicle;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * What the log asks of the disk and what a test makes go wrong. Called by the writer ({@link #force}) and by the
 * background threads.
 */
public interface Disk {
    /** The disk of this machine. */
    static Disk real() {
        return new PosixDisk();
    }

    /**
     * Makes a new file of {@code bytes} zeros for which the space is taken: writing to it later cannot run out of space.
     *
     * @throws IOException if there is no space or the file cannot be made; a part of the file may be left
     */
    void allocate(Path file, long bytes) throws IOException;

    /** Returns when everything written to the file survives a power cut. */
    void force(FileChannel channel) throws IOException;

    /** Bytes that this process may still take on the disk that holds {@code directory}. */
    long usableBytes(Path directory) throws IOException;
}
