package io.forebay.storage.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment that was deleted on purpose is not missing; any other is. */
class ForgottenSegmentsTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void setUp() {
        file = directory.resolve("forgotten");
    }

    private ForgottenSegments read() throws IOException {
        ForgottenSegments forgotten = new ForgottenSegments(file, Disk.real());
        forgotten.read();
        return forgotten;
    }

    private static List<Integer> of(ForgottenSegments forgotten) {
        return IntStream.range(0, 20).filter(forgotten::contains).boxed().toList();
    }

    @Test
    void whatThePositionSaysAlreadyIsLeftOutAndWhatStandsAtItIsNot() throws IOException {
        ForgottenSegments forgotten = read();
        for (int number : new int[] {3, 5, 7}) {
            forgotten.add(number);
        }

        forgotten.removeBefore(5);

        assertEquals(List.of(5, 7), of(forgotten));
        assertEquals(List.of(5, 7), of(read()));
    }

    @Test
    void linesThatAreNoNumbersKeepNobodyFromStarting() throws IOException {
        Files.writeString(file, "3\n\0\0\0\n12345678901\n-1\n7\n");

        assertEquals(List.of(3, 7), of(read()));
    }
}
