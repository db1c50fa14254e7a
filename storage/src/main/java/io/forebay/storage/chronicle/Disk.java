package io.forebay.storage.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;

/**
 * What the log asks of the disk and what a test makes go wrong. Called by the writer ({@link #force(Path, FileChannel)}),
 * by the background threads and by readers.
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

    /**
     * Writes zeros over the space of a new file, from its beginning to its end or until {@code enough}: ext4 otherwise turns
     * it from unwritten to written in each sync, on a thread of the kernel that has to wait for a processor as others do.
     *
     * @param enough asked again and again; whether to write no more
     */
    void writeZeros(Path file, long bytes, BooleanSupplier enough) throws IOException;

    /** Returns when everything written to the file survives a power cut. */
    void force(FileChannel channel) throws IOException;

    /** Bytes that this process may still take on the disk that holds {@code directory}. */
    long usableBytes(Path directory) throws IOException;

    /** {@link #force(FileChannel)} of a segment's records, for a disk that asks which file it is. */
    default void force(Path file, FileChannel channel) throws IOException {
        force(channel);
    }

    /** The same for every other file. Of the metadata only what finds the data again is wanted: its length, its blocks. */
    default void forceAll(Path file, FileChannel channel) throws IOException {
        channel.force(false);
    }

    /** Makes the names in a directory durable: a synced file whose name is lost is lost. */
    default void forceNames(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Writes all of {@code bytes} to {@code at}; of a failed write a part may be there. */
    default void write(Path file, FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        long from = at - bytes.position();
        while (bytes.hasRemaining()) {
            channel.write(bytes, from + bytes.position());
        }
    }

    /** Reads some bytes from {@code at}. @return how many, less than 0 at the end of the file */
    default int read(FileChannel channel, ByteBuffer target, long at) throws IOException {
        return channel.read(target, at);
    }
}
