package io.forebay.storage.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The real disk, which a test makes wait, fail or run out of space. Any thread. */
final class FaultyDisk implements Disk {
    final AtomicInteger forces = new AtomicInteger();
    /** One permit lets one sync through; null lets all through. */
    volatile Semaphore gate;
    /** Syncs that have begun and wait. */
    final Semaphore arrived = new Semaphore(0);

    private final AtomicInteger forcesThatFail = new AtomicInteger();
    volatile Error forceBreaks;
    volatile boolean noSpace;
    volatile boolean noDescriptors;
    /** Of any file, these bytes cannot be read. */
    volatile long badFrom = -1;

    volatile long badTo = -1;
    /** After so many bytes a write finds no space; less than 0 for never. */
    volatile int writableBytes = -1;

    volatile long usableBytes = -1;
    private final Map<String, Integer> fullFor = new ConcurrentHashMap<>();
    /** The names of files other than those of records that were synced. */
    final Set<String> synced = ConcurrentHashMap.newKeySet();

    /** Files that zeros were written over, to their end or not. */
    final AtomicInteger zeroed = new AtomicInteger();
    /** Writing zeros lasts for as long as it may. */
    volatile boolean zerosLast;

    private final Disk real = Disk.real();

    void failForces(int count) {
        forcesThatFail.set(count);
    }

    /** So many times there is no space for what is written to a file of this name. */
    void failWrites(String name, int count) {
        fullFor.put(name, count);
    }

    /** Writes to it that are still to fail. */
    int writesToFail(String name) {
        return fullFor.getOrDefault(name, 0);
    }

    @Override
    public void allocate(Path file, long bytes) throws IOException {
        if (noSpace) {
            throw new IOException("No space left on device");
        }
        if (noDescriptors) {
            throw new FileSystemException(file.toString(), null, "Too many open files");
        }
        real.allocate(file, bytes);
    }

    @Override
    public void writeZeros(Path file, long bytes, BooleanSupplier enough) throws IOException {
        real.writeZeros(file, bytes, enough);
        while (zerosLast && !enough.getAsBoolean()) {
            LockSupport.parkNanos(100_000);
        }
        zeroed.incrementAndGet();
    }

    @Override
    public void write(Path file, FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        String name = file.getFileName().toString();
        if (fullFor.computeIfPresent(name, (full, left) -> left - 1) != null) {
            fullFor.remove(name, 0);
            throw new IOException("No space left on device");
        }
        if (writableBytes < 0) {
            real.write(file, channel, bytes, at);
            return;
        }
        int limit = bytes.limit();
        bytes.limit(Math.min(limit, bytes.position() + writableBytes));
        real.write(file, channel, bytes, at);
        bytes.limit(limit);
        if (bytes.hasRemaining()) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    public void forceAll(Path file, FileChannel channel) throws IOException {
        channel.force(false);
        synced.add(file.getFileName().toString());
    }

    @Override
    public int read(FileChannel channel, ByteBuffer target, long at) throws IOException {
        if (at < badTo && at + target.remaining() > badFrom) {
            throw new IOException("Input/output error");
        }
        return real.read(channel, target, at);
    }

    @Override
    public void force(FileChannel channel) throws IOException {
        forces.incrementAndGet();
        Semaphore closed = gate;
        if (closed != null) {
            arrived.release();
            closed.acquireUninterruptibly();
        }
        if (forcesThatFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IOException("Input/output error");
        }
        if (forceBreaks != null) {
            throw forceBreaks;
        }
        real.force(channel);
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return usableBytes >= 0 ? usableBytes : real.usableBytes(directory);
    }
}
