package io.forebay.storage.chronicle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Segments that were deleted though the bridge still needs an earlier one: that they are missing is no damage. Changed by the
 * keeper's thread (during the start by the thread that opens the log), asked by any.
 *
 * <p>Kept in the file {@code forgotten} beside the segments, a number in each line, until the position of the bridge says the
 * same.
 */
final class ForgottenSegments {
    private final Path file;
    private final Disk disk;
    private final Set<Integer> numbers = new ConcurrentSkipListSet<>();

    ForgottenSegments(Path file, Disk disk) {
        this.file = file;
        this.disk = disk;
    }

    /** What lines say that are no numbers is left out: then a segment counts as missing. */
    void read() throws IOException {
        try {
            Files.readAllLines(file, StandardCharsets.US_ASCII).stream()
                    .filter(line -> line.matches("[0-9]{1,9}"))
                    .map(Integer::parseInt)
                    .forEach(numbers::add);
        } catch (NoSuchFileException none) {
            // So it is mostly.
        }
    }

    boolean contains(int number) {
        return numbers.contains(number);
    }

    /** Durable when this returns: only then may the segment be deleted. If it throws, nothing has changed. */
    void add(int number) throws IOException {
        if (!numbers.contains(number)) {
            write(Stream.concat(numbers.stream(), Stream.of(number)));
            numbers.add(number);
        }
    }

    /** The position of the bridge is in this segment. */
    void removeBefore(int number) throws IOException {
        if (numbers.stream().anyMatch(each -> each < number)) {
            write(numbers.stream().filter(each -> each >= number));
            numbers.removeIf(each -> each < number);
        }
    }

    private void write(Stream<Integer> all) throws IOException {
        String lines = all.map(number -> number + "\n").collect(Collectors.joining());
        SyncedFiles.write(file, lines.getBytes(StandardCharsets.US_ASCII), disk);
    }
}
