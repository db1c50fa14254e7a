package io.forebay.storage.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * A part of a file in memory, moved along as it is read. Owned by the thread that reads the segment.
 *
 * <p>Read and not mapped: what is not there (a cut file, a bad sector) reads as zeros, where a mapping would raise a
 * SIGBUS. Of a file that is being written it shows what was there when the window was filled; {@link #refill} looks again.
 */
final class FileWindow {
    private static final int USUAL_BYTES = 256 << 10;
    private static final int SECTOR = 4096;

    private final FileChannel channel;
    private final Disk disk;
    private byte[] bytes = new byte[USUAL_BYTES];
    private long start;
    private int filled;

    FileWindow(FileChannel channel, Disk disk) {
        this.channel = channel;
        this.disk = disk;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Makes {@code count} bytes from {@code offset} present. @return where in {@link #bytes} they begin */
    int show(long offset, int count) throws IOException {
        if (offset < start || offset + count > start + filled) {
            fill(offset, count);
        }
        return (int) (offset - start);
    }

    /** Forgets what it holds: it is read again. */
    void refill() {
        filled = 0;
    }

    private void fill(long offset, int count) throws IOException {
        int wanted = Math.max(count, USUAL_BYTES);
        boolean grown = bytes.length > USUAL_BYTES;
        if (wanted > bytes.length || (grown && wanted == USUAL_BYTES)) {
            // Grown for a large record, and not for ever.
            bytes = new byte[wanted];
        }
        start = offset;
        filled = read(offset, wanted);
        if (filled < count) {
            Arrays.fill(bytes, filled, count, (byte) 0);
            filled = count;
        }
    }

    private int read(long offset, int wanted) throws IOException {
        try {
            return readFully(offset, 0, wanted);
        } catch (ClosedChannelException closed) {
            throw closed;
        } catch (IOException badSector) {
            return readAround(offset, wanted);
        }
    }

    private int readFully(long offset, int at, int wanted) throws IOException {
        ByteBuffer target = ByteBuffer.wrap(bytes, at, wanted);
        while (target.hasRemaining()) {
            if (disk.read(channel, target, offset + target.position() - at) < 0) {
                break;
            }
        }
        return target.position() - at;
    }

    /** Sector by sector; those that cannot be read are zeros. */
    private int readAround(long offset, int wanted) throws IOException {
        int at = 0;
        while (at < wanted) {
            int piece = (int) Math.min(wanted - at, SECTOR - (offset + at) % SECTOR);
            try {
                int read = readFully(offset + at, at, piece);
                if (read < piece) {
                    return at + read;
                }
            } catch (ClosedChannelException closed) {
                throw closed;
            } catch (IOException badSector) {
                Arrays.fill(bytes, at, at + piece, (byte) 0);
            }
            at += piece;
        }
        return wanted;
    }
}
