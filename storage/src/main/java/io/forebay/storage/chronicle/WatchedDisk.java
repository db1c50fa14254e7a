package io.forebay.storage.chronicle;

import io.forebay.storage.chronicle.DiskFault.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Counts what goes wrong with a disk, whoever is hit by it. Any thread. */
final class WatchedDisk implements Disk {
    private final Disk disk;
    private final LogMeters meters;

    WatchedDisk(Disk disk, LogMeters meters) {
        this.disk = disk;
        this.meters = meters;
    }

    private interface Work {
        void run() throws IOException;
    }

    private void watch(Kind kind, Work work) throws IOException {
        try {
            work.run();
        } catch (ClosedChannelException | FileAlreadyExistsException notTheDisk) {
            throw notTheDisk;
        } catch (IOException cause) {
            // A full disk is no fault: the log waits for space, and says so.
            if (!isNoSpace(cause)) {
                meters.fault(kind);
            }
            throw cause;
        }
    }

    private static boolean isNoSpace(IOException cause) {
        return cause.getMessage() != null && cause.getMessage().contains("No space left");
    }

    @Override
    public void allocate(Path file, long bytes) throws IOException {
        watch(Kind.ALLOCATE, () -> disk.allocate(file, bytes));
    }

    @Override
    public void writeZeros(Path file, long bytes, BooleanSupplier enough) throws IOException {
        watch(Kind.ALLOCATE, () -> disk.writeZeros(file, bytes, enough));
    }

    @Override
    public void force(FileChannel channel) throws IOException {
        watch(Kind.SYNC, () -> disk.force(channel));
    }

    @Override
    public void force(Path file, FileChannel channel) throws IOException {
        watch(Kind.SYNC, () -> disk.force(file, channel));
    }

    @Override
    public void forceAll(Path file, FileChannel channel) throws IOException {
        watch(Kind.SYNC, () -> disk.forceAll(file, channel));
    }

    @Override
    public void forceNames(Path directory) throws IOException {
        watch(Kind.SYNC, () -> disk.forceNames(directory));
    }

    @Override
    public void write(Path file, FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        watch(Kind.WRITE, () -> disk.write(file, channel, bytes, at));
    }

    @Override
    public int read(FileChannel channel, ByteBuffer target, long at) throws IOException {
        int[] read = {0};
        watch(Kind.READ, () -> read[0] = disk.read(channel, target, at));
        return read[0];
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return disk.usableBytes(directory);
    }
}
