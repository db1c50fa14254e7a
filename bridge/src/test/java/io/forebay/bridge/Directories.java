package io.forebay.bridge;

import static io.forebay.bridge.Awaits.eventually;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Directories of brokers, some of which write on for a moment when they have stopped. No state. */
public final class Directories {
    private Directories() {}

    /** Until nothing is left of it. */
    public static void delete(Path directory) {
        eventually(directory + " is deleted", () -> isDeleted(directory));
    }

    private static boolean isDeleted(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException changing) {
            return Files.notExists(directory);
        }
        return Files.notExists(directory);
    }
}
