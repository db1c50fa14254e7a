package io.forebay.storage.chronicle;

import static io.forebay.storage.chronicle.Fixture.await;
import static io.forebay.storage.chronicle.Fixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogCursor;
import io.forebay.storage.Position;
import io.forebay.storage.chronicle.Publishers.Counts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to files that were safe once: the rest is read to its end, in order, and what is missing is counted. */
@Timeout(180)
class FileDamageTest {
    private static final int SEGMENTS = 3;
    private static final int EACH = 200;
    private static final int MESSAGES = SEGMENTS * EACH;

    @TempDir
    Path temporary;

    private final FaultyDisk disk = new FaultyDisk();
    private Path directory;

    /** Three segments, each begun since a sync of the one before has failed. */
    @BeforeEach
    void write() throws Exception {
        write("log-0");
    }

    private void write(String name) throws Exception {
        directory = temporary.resolve(name);
        try (ChronicleMessageLog log = open()) {
            for (int i = 0; i < MESSAGES; i++) {
                if (i > 0 && i % EACH == 0) {
                    disk.failForces(1);
                }
                var append = log.append(message(String.format("%06d", i) + "x".repeat(60)));
                if (i % 20 == 19 || i % EACH == 0) {
                    await(append);
                }
            }
        }
    }

    private ChronicleMessageLog open() {
        return ChronicleMessageLog.open(
                Fixture.config(directory), new SimpleMeterRegistry(), Fixture.NOT_EXPECTED, disk);
    }

    private Path segment(int number) {
        return directory.resolve("log").resolve(Segment.directoryName(number));
    }

    private Path data(int number) {
        return ChronicleFiles.data(segment(number));
    }

    private static void delete(Path segment) throws IOException {
        SyncedFiles.deleteDirectory(segment);
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static List<Integer> without(int segment) {
        List<Integer> left = new ArrayList<>(range(0, (segment - 1) * EACH));
        left.addAll(range(segment * EACH, MESSAGES));
        return left;
    }

    private record Found(List<Integer> numbers, long skipped) {
        int lost() {
            return MESSAGES - new TreeSet<>(numbers).size();
        }

        Counts counts() {
            int outOfOrder = 0;
            for (int i = 1; i < numbers.size(); i++) {
                outOfOrder += numbers.get(i) < numbers.get(i - 1) ? 1 : 0;
            }
            int repeated = numbers.size() - new TreeSet<>(numbers).size();
            return new Counts(MESSAGES, lost(), repeated, 0, outOfOrder);
        }
    }

    /** What can be read, and that the log goes on behind it. */
    private Found found() throws Exception {
        try (ChronicleMessageLog log = open();
                LogCursor cursor = log.cursor(Position.START)) {
            List<Integer> numbers = new ArrayList<>();
            while (cursor.next()) {
                numbers.add(Integer.parseInt(new String(cursor.message().payload(), 0, 6, StandardCharsets.US_ASCII)));
            }
            long skipped = log.status().skipped();
            await(log.append(message("more")));
            assertTrue(cursor.next(), "the cursor has come to the end and goes on");
            return new Found(numbers, skipped);
        }
    }

    @Test
    void missingFileIsCounted() throws Exception {
        Files.delete(data(2));

        assertEquals(new Found(without(2), EACH + 1), found());
    }

    @Test
    void missingSegmentIsCountedByWhoReadsTheNextOne() throws Exception {
        delete(segment(2));
        Found found = found();

        assertEquals(new Found(without(2), EACH + 1), found);
        FaultMatrix.holds("file cut, missing, swapped or foreign", found.counts());
    }

    @Test
    void endThatIsMissingIsCountedThoughNoSealTellsIt() throws Exception {
        Files.delete(segment(1).resolve("sealed"));
        int kept = 100;
        try (SegmentReader reader = new SegmentReader(1, segment(1), new SegmentOffsets());
                RandomAccessFile file = new RandomAccessFile(data(1).toFile(), "rw")) {
            for (int i = 0; i <= kept; i++) {
                assertTrue(reader.next());
            }
            file.setLength(reader.recordEnd());
        }
        Found found = found();

        assertEquals(kept, found.lost());
        assertEquals(EACH - kept, found.skipped());
    }

    @Test
    void swappedFilesAreNotTakenForEachOther() throws Exception {
        Path aside = directory.resolve("aside");
        Files.move(data(1), aside);
        Files.move(data(2), data(1));
        Files.move(aside, data(2));

        assertEquals(new Found(range(2 * EACH, MESSAGES), 2 * (EACH + 1)), found());
    }

    @Test
    void foreignFileIsSkipped() throws Exception {
        byte[] foreign = new byte[(int) Files.size(data(2))];
        new Random(1).nextBytes(foreign);
        Files.write(data(2), foreign);

        assertEquals(new Found(without(2), EACH + 1), found());
    }

    @Test
    void newestFileOfWhichNothingCanBeReadIsPutAside() throws Exception {
        Files.delete(segment(3).resolve("sealed"));
        byte[] foreign = new byte[100_000];
        new Random(1).nextBytes(foreign);
        Files.write(data(3), foreign);

        assertEquals(range(0, 2 * EACH), found().numbers());
        Path aside = segment(3).resolveSibling(Segment.directoryName(3) + ".unreadable");
        assertEquals(100_000, Files.size(ChronicleFiles.data(aside)));
        assertEquals(range(0, 2 * EACH).size() + 1, readAgain(), "and it stays so");
    }

    private int readAgain() {
        try (ChronicleMessageLog log = open()) {
            return Fixture.read(log, Position.START).size();
        }
    }

    @Test
    void sectorsThatCannotBeReadAreSkippedCountedAndToldByTheMeter() throws Exception {
        try (SegmentReader reader = new SegmentReader(1, segment(1), new SegmentOffsets())) {
            for (int i = 0; i < 50; i++) {
                assertTrue(reader.next());
            }
            disk.badFrom = reader.recordEnd();
            disk.badTo = disk.badFrom + 100;
        }
        Found found = found();

        // Two sectors at most, in each of the three files, of records of 150 bytes.
        assertTrue(found.lost() > 3 && found.lost() < 3 * 2 * 40, found.lost() + " lost");
        assertEquals(found.lost(), found.skipped());
        FaultMatrix.holds("a read fails (EIO)", found.counts());
    }

    @Test
    void randomDamageNeverStallsAndIsCounted() throws Exception {
        long first = Long.getLong("seed", System.nanoTime());
        int seeds = Long.getLong("seed") == null ? Integer.getInteger("seeds", 40) : 1;
        System.out.println("FileDamageTest seeds from " + first);
        Counts sum = Counts.NONE;
        for (int i = 0; i < seeds; i++) {
            Random random = new Random(first + i);
            write("seed-" + i);
            damage(random);
            Found found = found();
            int snapshots = SEGMENTS; // They are records as well.
            String when = "seed " + (first + i) + ": " + found.lost() + " lost, " + found.skipped() + " counted";
            assertTrue(found.skipped() >= found.lost() && found.skipped() <= found.lost() + snapshots, when);
            sum = sum.plus(found.counts());
            delete(segment(1));
            delete(segment(2));
            delete(segment(3));
        }
        FaultMatrix.holds("flipped bits, zeroed or overwritten pages", sum);
    }

    private void damage(Random random) throws IOException {
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int number = 1 + random.nextInt(SEGMENTS);
            try (RandomAccessFile file = new RandomAccessFile(data(number).toFile(), "rw")) {
                int used = (int) Math.min(file.length(), 200_000);
                int at = random.nextInt(used);
                byte[] bytes = new byte[random.nextBoolean() ? 4096 : 1 + random.nextInt(64)];
                file.seek(at);
                int length = Math.max(0, file.read(bytes));
                switch (random.nextInt(3)) {
                    case 0 -> Arrays.fill(bytes, (byte) 0);
                    case 1 -> random.nextBytes(bytes);
                    default -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
                file.seek(at);
                file.write(bytes, 0, length);
            }
        }
    }
}
