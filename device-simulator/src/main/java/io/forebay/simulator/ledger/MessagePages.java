package io.forebay.simulator.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Pages of longs, more of them than fit into memory: those that were not used for the longest time go to a file, which does
 * not exist until it is needed and is gone afterwards. Owned by the ledger that holds it.
 */
public final class MessagePages implements AutoCloseable {
    static final int ENTRIES = 128;
    static final int PAGE_BYTES = ENTRIES * Long.BYTES;
    /** 64 MiB. */
    private static final int FRAMES = 1 << 16;

    private static final int NOWHERE = -1;

    private final Path directory;
    private final int framesMax;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(PAGE_BYTES);
    private final LongBuffer longs = bytes.asLongBuffer();
    private int[] frameOf = new int[1024];
    private boolean[] onDisk = new boolean[1024];
    private long[][] frames = new long[16][];
    private int[] pageOf = new int[16];
    private boolean[] used = new boolean[16];
    private int pages;
    private int framesTaken;
    private int hand;
    private FileChannel file;

    MessagePages(Path directory, int framesMax) {
        this.directory = directory;
        this.framesMax = framesMax;
    }

    /** Keeps 64 MiB in memory, the rest in a file in this directory. */
    public static MessagePages in(Path directory) {
        return new MessagePages(directory, FRAMES);
    }

    /** In the directory that the system has for such files. */
    public static MessagePages temporary() {
        return in(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** A page of zeros. */
    int newPage() {
        if (pages == frameOf.length) {
            frameOf = Arrays.copyOf(frameOf, 2 * pages);
            onDisk = Arrays.copyOf(onDisk, 2 * pages);
        }
        frameOf[pages] = NOWHERE;
        return pages++;
    }

    long get(int page, int entry) {
        return frame(page)[entry];
    }

    void set(int page, int entry, long value) {
        frame(page)[entry] = value;
    }

    public long sizeInBytes() {
        return (long) pages * PAGE_BYTES;
    }

    private long[] frame(int page) {
        int frame = frameOf[page];
        if (frame == NOWHERE) {
            frame = framesTaken < framesMax ? takeFrame() : evict();
            fill(frame, page);
        }
        used[frame] = true;
        return frames[frame];
    }

    private int takeFrame() {
        if (framesTaken == frames.length) {
            frames = Arrays.copyOf(frames, 2 * framesTaken);
            pageOf = Arrays.copyOf(pageOf, 2 * framesTaken);
            used = Arrays.copyOf(used, 2 * framesTaken);
        }
        frames[framesTaken] = new long[ENTRIES];
        return framesTaken++;
    }

    /** Second chance: whoever was used since the hand last came by is passed over once. */
    private int evict() {
        while (used[hand]) {
            used[hand] = false;
            hand = (hand + 1) % framesTaken;
        }
        int frame = hand;
        hand = (hand + 1) % framesTaken;
        write(pageOf[frame], frames[frame]);
        frameOf[pageOf[frame]] = NOWHERE;
        return frame;
    }

    private void fill(int frame, int page) {
        if (onDisk[page]) {
            read(page, frames[frame]);
        } else {
            Arrays.fill(frames[frame], 0);
        }
        frameOf[page] = frame;
        pageOf[frame] = page;
    }

    private void write(int page, long[] entries) {
        try {
            if (file == null) {
                Path path = Files.createTempFile(directory, "forebay-ledger-", ".pages");
                file = FileChannel.open(
                        path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            }
            longs.clear().put(entries);
            bytes.clear();
            long at = (long) page * PAGE_BYTES;
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
            onDisk[page] = true;
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger cannot be written to " + directory, e);
        }
    }

    private void read(int page, long[] entries) {
        try {
            bytes.clear();
            long at = (long) page * PAGE_BYTES;
            while (bytes.hasRemaining()) {
                int read = file.read(bytes, at + bytes.position());
                if (read < 0) {
                    throw new IOException("the file ends before page " + page);
                }
            }
            longs.clear().get(entries);
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger cannot be read from " + directory, e);
        }
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
