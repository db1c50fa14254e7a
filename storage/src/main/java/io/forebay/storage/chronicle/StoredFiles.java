package io.forebay.storage.chronicle;

import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Copies what lies in a data directory; what it returns from is durable, but for the names. No state. */
final class StoredFiles {
    private StoredFiles() {}

    static void requireFresh(Path target) throws IOException {
        Files.createDirectories(target);
        try (Stream<Path> there = Files.list(target)) {
            if (there.findAny().isPresent()) {
                throw new LogException(
                        Kind.UNUSABLE_DIRECTORY, target.toAbsolutePath() + " is not empty: name a new directory.");
            }
        }
    }

    /** With its seal, and the note about its key. */
    static void copySegment(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        for (Path name : List.of(ChronicleFiles.data(from).getFileName(), Path.of("sealed"))) {
            Files.copy(from.resolve(name), to.resolve(name));
            sync(to.resolve(name));
        }
        copyIfThere(from.resolve("key"), to.resolve("key"));
        Disk.real().forceNames(to);
    }

    static void copyIfThere(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.copy(from, to);
            sync(to);
        }
    }

    static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
