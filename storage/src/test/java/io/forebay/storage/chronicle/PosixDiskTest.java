package io.forebay.storage.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PosixDiskTest {
    @TempDir
    Path directory;

    private final Disk disk = Disk.real();

    private long takenBytes(Path file) throws Exception {
        Process du = new ProcessBuilder("du", "-B1", file.toString()).start();
        String[] words = new String(du.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                .split("\\s", -1);
        return Long.parseLong(words[0]);
    }

    @Test
    void allocatedFileTakesItsSpaceAtOnce() throws Exception {
        Path file = directory.resolve("file");
        disk.allocate(file, 5_000_000);

        assertEquals(5_000_000, Files.size(file));
        assertTrue(takenBytes(file) >= 5_000_000);
    }

    @Test
    void withoutFallocateZerosTakeTheSpace() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        disk.writeZeros(file, 5_000_000, () -> false);

        assertEquals(5_000_000, Files.size(file));
        assertTrue(takenBytes(file) >= 5_000_000);
    }

    @Test
    void zerosAreWrittenOverTakenSpaceOnlyWhereThatIsAskedFor() throws Exception {
        long before = writtenBytes();
        disk.allocate(directory.resolve("taken"), 50_000_000);
        long taken = writtenBytes();
        disk.allocate(directory.resolve("written"), 50_000_000);
        disk.writeZeros(directory.resolve("written"), 50_000_000, () -> false);
        long written = writtenBytes();

        assertTrue(taken - before < 50_000_000);
        assertTrue(written - taken >= 50_000_000);
        assertEquals(50_000_000, Files.size(directory.resolve("written")));
    }

    /** What this process has handed to write(2) and its like. */
    private static long writtenBytes() throws IOException {
        Path counters = Path.of("/proc/self/io");
        assumeTrue(Files.isReadable(counters), "Only Linux counts what a process writes");
        String line = Files.readAllLines(counters).stream()
                .filter(candidate -> candidate.startsWith("wchar: "))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.substring("wchar: ".length()));
    }

    @Test
    void existingFileIsNotTouched() throws IOException {
        Path file = directory.resolve("file");
        Files.writeString(file, "precious");

        assertThrows(FileAlreadyExistsException.class, () -> disk.allocate(file, 100));
        assertEquals("precious", Files.readString(file));
    }
}
