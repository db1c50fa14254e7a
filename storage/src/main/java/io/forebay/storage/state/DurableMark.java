package io.forebay.storage.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far durable commits had come, noted beside the database. A journal that is damaged before this point has lost
 * something that was promised, and RocksDB alone would take the damage for the end of the journal. The note is not synced:
 * after {@code kill -9} it is exact, after a power cut it is a few seconds old and therefore still true. Owned by whoever
 * commits.
 *
 * <pre>
 *  0  i64  sequence number of the last change that is durable
 *  8  u32  CRC32C of it
 * </pre>
 */
final class DurableMark implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DurableMark.class);
    private static final int BYTES = 12;

    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    private boolean failing;

    DurableMark(Path file) throws IOException {
        this.file = file;
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    Path file() {
        return file;
    }

    /** @return 0 if there is none, or none that is whole */
    long sequence() throws IOException {
        buffer.clear();
        int read = channel.read(buffer, 0);
        if (read == BYTES && buffer.getInt(8) == crc()) {
            return buffer.getLong(0);
        }
        if (read > 0) {
            LOG.warn("The mark of what was durable is not whole and not heeded [file={}]", file);
        }
        return 0;
    }

    void write(long sequence) {
        buffer.clear();
        buffer.putLong(0, sequence);
        buffer.putInt(8, crc());
        try {
            int written = channel.write(buffer, 0);
            failing = written != BYTES;
        } catch (IOException cause) {
            if (!failing) {
                LOG.warn("The mark of what is durable stays as it is [file={}, cause={}]", file, cause.toString());
            }
            failing = true;
        }
    }

    private int crc() {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().position(0).limit(8));
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
