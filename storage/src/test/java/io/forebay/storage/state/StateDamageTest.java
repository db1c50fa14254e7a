package io.forebay.storage.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start makes of files that are not as they were written: the least loss where it is allowed, a sentence elsewhere. */
class StateDamageTest {
    private static final List<String> TABLES = List.of("t");
    private static final int DURABLE = 100;
    private static final int BUFFERED = 20;

    @TempDir
    Path temporary;

    private Path directory() {
        return temporary.resolve("copy");
    }

    private RocksStateStore open() {
        return RocksStateStore.open(directory(), TABLES, StateConfig.DEFAULT);
    }

    /** As a crash leaves them: 100 durable commits, then 20 that are not. */
    private void crashed() throws IOException {
        Path live = temporary.resolve("live");
        try (RocksStateStore store = RocksStateStore.open(live, TABLES, StateConfig.DEFAULT)) {
            for (int i = 0; i < DURABLE + BUFFERED; i++) {
                StateStore.Batch batch = store.batch();
                batch.put("t", key(i), new byte[200]);
                store.commit(batch, i < DURABLE);
            }
            copy(live, directory());
        }
    }

    private static byte[] key(int number) {
        return Integer.toString(1000 + number).getBytes(StandardCharsets.UTF_8);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private int entries() {
        int[] count = {0};
        try (RocksStateStore store = open()) {
            store.scan("t", new byte[0], null, (key, value) -> {
                assertTrue(Arrays.equals(key, key(count[0]++)), "none is missing among them");
                return true;
            });
        }
        return count[0];
    }

    private Path file(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory().resolve("tables"))) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .max(Path::compareTo)
                    .orElseThrow();
        }
    }

    private void cutJournalBy(int bytes) throws IOException {
        byte[] journal = Files.readAllBytes(file(".log"));
        Files.write(file(".log"), Arrays.copyOf(journal, journal.length - bytes));
    }

    @Test
    void crashLosesNothing() throws IOException {
        crashed();

        assertEquals(DURABLE + BUFFERED, entries());
    }

    @Test
    void tornTailCostsOnlyWhatWasNotDurable() throws IOException {
        crashed();
        cutJournalBy(300);

        int left = entries();

        assertTrue(left >= DURABLE && left < DURABLE + BUFFERED, left + " entries");
        assertEquals(left, entries());
    }

    @Test
    void holeInWhatWasNotDurableHidesWhatStandsBehindIt() throws IOException {
        crashed();
        byte[] journal = Files.readAllBytes(file(".log"));
        Arrays.fill(journal, journal.length - 2_000, journal.length - 1_000, (byte) 0);
        Files.write(file(".log"), journal);

        int left = entries();

        assertTrue(left >= DURABLE && left < DURABLE + BUFFERED, left + " entries");
    }

    @Test
    void lossOfWhatWasDurableIsRefusedUntilSomebodyAcceptsIt() throws IOException {
        crashed();
        cutJournalBy(12_000);

        for (int attempt = 0; attempt < 2; attempt++) {
            StateException refused = assertThrows(StateException.class, this::open);
            assertTrue(refused.getMessage().contains("is damaged: of 101 changes"), refused.getMessage());
        }
        Files.delete(directory().resolve("durable"));

        int left = entries();
        assertTrue(left > 10 && left < DURABLE, left + " entries");
    }

    @Test
    void damageInTheMiddleOfTheJournalIsNotTakenForItsEnd() throws IOException {
        crashed();
        byte[] journal = Files.readAllBytes(file(".log"));
        journal[journal.length / 2] ^= 1;
        Files.write(file(".log"), journal);

        StateException refused = assertThrows(StateException.class, this::open);

        assertTrue(refused.getMessage().contains("is damaged"), refused.getMessage());
    }

    @Test
    void markThatIsNotWholeIsNotHeeded() throws IOException {
        crashed();
        byte[] mark = Files.readAllBytes(directory().resolve("durable"));
        mark[0] = 1;
        Files.write(directory().resolve("durable"), mark);

        assertEquals(DURABLE + BUFFERED, entries());
    }

    @Test
    void damagedManifestIsNamed() throws IOException {
        crashed();
        Files.write(file("CURRENT"), "MANIFEST-999999\n".getBytes(StandardCharsets.UTF_8));

        StateException refused = assertThrows(StateException.class, this::open);

        assertTrue(refused.getMessage().contains(directory().toString()), refused.getMessage());
        assertFalse(refused.isNoSpace());
    }

    @Test
    void damagedTableFileIsToldByWhoeverReadsIt() throws IOException {
        crashed();
        // Opening writes what the journal held into a table file.
        assertEquals(DURABLE + BUFFERED, entries());
        byte[] table = Files.readAllBytes(file(".sst"));
        for (int i = 0; i < 200; i++) {
            table[i] ^= 1;
        }
        Files.write(file(".sst"), table);

        StateException refused = assertThrows(StateException.class, this::entries);

        assertTrue(refused.getMessage().contains("The table t in"), refused.getMessage());
    }
}
