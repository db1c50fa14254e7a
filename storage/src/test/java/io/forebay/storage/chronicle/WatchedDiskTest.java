package io.forebay.storage.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** An operator sees each fault of the disk by its kind, and no fault where there is none. */
class WatchedDiskTest {
    private static final Path FILE = Path.of("file");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private IOException fault = new IOException("Input/output error");
    private final Disk disk = new WatchedDisk(new FailingDisk(), new LogMeters(registry));

    private final class FailingDisk implements Disk {
        @Override
        public void allocate(Path file, long bytes) throws IOException {
            throw fault;
        }

        @Override
        public void writeZeros(Path file, long bytes, BooleanSupplier enough) throws IOException {
            throw fault;
        }

        @Override
        public void force(FileChannel channel) throws IOException {
            throw fault;
        }

        @Override
        public long usableBytes(Path directory) throws IOException {
            throw fault;
        }

        @Override
        public void forceAll(Path file, FileChannel channel) throws IOException {
            throw fault;
        }

        @Override
        public void forceNames(Path directory) throws IOException {
            throw fault;
        }

        @Override
        public void write(Path file, FileChannel channel, ByteBuffer bytes, long at) throws IOException {
            throw fault;
        }

        @Override
        public int read(FileChannel channel, ByteBuffer target, long at) throws IOException {
            throw fault;
        }
    }

    private double faults(String kind) {
        return registry.get("forebay.log.faults").tag("kind", kind).counter().count();
    }

    @Test
    void eachFaultCountsByItsKindAndIsPassedOn() {
        assertThrows(IOException.class, () -> disk.force(FILE, null));
        assertThrows(IOException.class, () -> disk.forceAll(FILE, null));
        assertThrows(IOException.class, () -> disk.forceNames(FILE));
        assertThrows(IOException.class, () -> disk.write(FILE, null, ByteBuffer.allocate(1), 0));
        assertThrows(IOException.class, () -> disk.write(FILE, null, ByteBuffer.allocate(1), 0));
        assertThrows(IOException.class, () -> disk.read(null, ByteBuffer.allocate(1), 0));
        assertThrows(IOException.class, () -> disk.allocate(FILE, 1));
        assertThrows(IOException.class, () -> disk.writeZeros(FILE, 1, () -> false));

        assertEquals(3, faults("sync"));
        assertEquals(2, faults("write"));
        assertEquals(1, faults("read"));
        assertEquals(2, faults("allocate"));
    }

    @Test
    void wantOfSpaceAndWhatIsNotTheDisksIsNoFault() {
        for (IOException harmless : new IOException[] {
            new IOException("No space left on device"),
            new ClosedChannelException(),
            new FileAlreadyExistsException("file")
        }) {
            fault = harmless;
            assertThrows(IOException.class, () -> disk.allocate(FILE, 1));
            assertThrows(IOException.class, () -> disk.write(FILE, null, ByteBuffer.allocate(1), 0));
        }

        assertEquals(0, faults("allocate") + faults("write"));
    }
}
