package io.forebay.storage.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksStateStoreTest {
    private static final List<String> TABLES = List.of("a", "b");

    @TempDir
    Path directory;

    private RocksStateStore open() {
        return RocksStateStore.open(directory, TABLES, StateConfig.DEFAULT);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void put(StateStore store, String table, String key, String value) {
        StateStore.Batch batch = store.batch();
        batch.put(table, bytes(key), bytes(value));
        store.commit(batch, true);
    }

    private static List<String> scan(StateStore store, String from, String to) {
        List<String> found = new ArrayList<>();
        store.scan("a", bytes(from), to == null ? null : bytes(to), (key, value) -> {
            found.add(new String(key, StandardCharsets.ISO_8859_1));
            return true;
        });
        return found;
    }

    @Test
    void batchIsSeenByNobodyBeforeItIsCommitted() {
        try (RocksStateStore store = open()) {
            StateStore.Batch batch = store.batch();
            batch.put("a", bytes("k"), bytes("v"));
            batch.put("b", bytes("k"), bytes("w"));
            assertNull(store.get("a", bytes("k")));
            assertFalse(batch.isEmpty());

            store.commit(batch, true);

            assertArrayEquals(bytes("v"), store.get("a", bytes("k")));
            assertArrayEquals(bytes("w"), store.get("b", bytes("k")));
            assertTrue(batch.isEmpty());
            assertEquals(0, batch.bytes());
        }
    }

    @Test
    void laterChangesOfABatchCoverEarlierOnes() {
        try (RocksStateStore store = open()) {
            StateStore.Batch batch = store.batch();
            batch.put("a", bytes("k1"), bytes("old"));
            batch.put("a", bytes("k2"), bytes("old"));
            batch.deleteRange("a", bytes("k"), bytes("l"));
            batch.put("a", bytes("k2"), bytes("new"));
            batch.delete("a", bytes("none"));
            store.commit(batch, false);

            assertEquals(List.of("k2"), scan(store, "", null));
            assertArrayEquals(bytes("new"), store.get("a", bytes("k2")));
        }
    }

    @Test
    void scanGoesInUnsignedOrderFromInclusiveToExclusive() {
        try (RocksStateStore store = open()) {
            for (String key : List.of("\u0080", "\u007f", "\u00ff", "", "\u0000", "\u007f\u0000")) {
                put(store, "a", key, "v");
            }

            assertEquals(List.of("", "\u0000", "\u007f", "\u007f\u0000", "\u0080", "\u00ff"), scan(store, "", null));
            assertEquals(List.of("\u007f", "\u007f\u0000"), scan(store, "\u007f", "\u0080"));
            assertEquals(List.of(), scan(store, "\u0001", "\u0001"));
        }
    }

    @Test
    void scanStopsWhenItsVisitorHasSeenEnough() {
        try (RocksStateStore store = open()) {
            put(store, "a", "1", "");
            put(store, "a", "2", "");
            List<String> found = new ArrayList<>();

            store.scan("a", new byte[0], null, (key, value) -> {
                found.add(new String(key, StandardCharsets.ISO_8859_1));
                return false;
            });

            assertEquals(List.of("1"), found);
        }
    }

    @Test
    void scanShowsTheStateOfItsBeginningWhileItsVisitorCommits() {
        try (RocksStateStore store = open()) {
            put(store, "a", "1", "");
            put(store, "a", "3", "");
            List<String> found = new ArrayList<>();

            store.scan("a", new byte[0], null, (key, value) -> {
                found.add(new String(key, StandardCharsets.ISO_8859_1));
                put(store, "a", "2", "");
                return true;
            });

            assertEquals(List.of("1", "3"), found);
            assertEquals(List.of("1", "2", "3"), scan(store, "", null));
        }
    }

    @Test
    void rangeDeleteTakesItsFirstKeyAndSparesItsLast() {
        try (RocksStateStore store = open()) {
            for (String key : List.of("1", "2", "3", "4")) {
                put(store, "a", key, "");
            }
            StateStore.Batch batch = store.batch();
            batch.deleteRange("a", bytes("2"), bytes("4"));
            batch.deleteRange("a", bytes("4"), bytes("1"));
            store.commit(batch, true);

            assertEquals(List.of("1", "4"), scan(store, "", null));
        }
    }

    @Test
    void whatWasCommittedIsThereAfterReopening() {
        try (RocksStateStore store = open()) {
            put(store, "a", "k", "v");
        }
        try (RocksStateStore store = open()) {
            assertArrayEquals(bytes("v"), store.get("a", bytes("k")));
            assertTrue(store.diskBytes() > 0);
        }
    }

    @Test
    void tablesOfAnotherVersionAreKept() {
        try (RocksStateStore store = open()) {
            put(store, "b", "k", "v");
        }
        try (RocksStateStore store = RocksStateStore.open(directory, List.of("a", "c"), StateConfig.DEFAULT)) {
            put(store, "c", "k", "v");
        }
        try (RocksStateStore store = open()) {
            assertArrayEquals(bytes("v"), store.get("b", bytes("k")));
        }
    }

    @Test
    void unknownTableIsABugOfItsCaller() {
        try (RocksStateStore store = open()) {
            assertThrows(IllegalArgumentException.class, () -> store.get("z", bytes("k")));
            assertThrows(IllegalArgumentException.class, () -> store.batch().delete("z", bytes("k")));
        }
    }

    @Test
    void secondOpenerIsRefused() {
        try (RocksStateStore store = open()) {
            StateException refused = assertThrows(StateException.class, this::open);

            assertTrue(refused.getMessage().contains("is in use by another gateway"), refused.getMessage());
            assertTrue(store.isWritable());
        }
    }

    @Test
    void laterFormatIsRefused() {
        try (RocksStateStore store = open()) {
            put(store, RocksTables.META, "format", "2");
        }
        for (int attempt = 0; attempt < 2; attempt++) {
            StateException refused = assertThrows(StateException.class, this::open);
            assertTrue(refused.getMessage().contains("written by a later version"), refused.getMessage());
        }
    }

    @Test
    void closedStoreRefusesEverythingAndEndsNoProcess() {
        RocksStateStore store = open();
        StateStore.Batch batch = store.batch();
        batch.put("a", bytes("k"), bytes("v"));
        store.close();
        store.close();

        assertThrows(StateException.class, () -> store.commit(batch, true));
        assertThrows(StateException.class, () -> store.get("a", bytes("k")));
        assertThrows(StateException.class, () -> store.scan("a", bytes(""), null, (key, value) -> true));
        assertFalse(store.isWritable());
        assertTrue(store.diskBytes() > 0);
        store.batch().put("a", bytes("k"), bytes("v"));
    }

    @Test
    void closeWaitsForWhoeverIsAtIt() throws InterruptedException {
        RocksStateStore store = open();
        List<Thread> users = Stream.generate(() -> new Thread(() -> useUntilClosed(store)))
                .limit(4)
                .toList();
        users.forEach(Thread::start);
        while (store.get("a", bytes("k")) == null && users.stream().anyMatch(Thread::isAlive)) {
            Thread.onSpinWait();
        }

        store.close();

        for (Thread user : users) {
            user.join();
        }
        try (RocksStateStore again = open()) {
            assertArrayEquals(bytes("v"), again.get("a", bytes("k")));
        }
    }

    private static void useUntilClosed(RocksStateStore store) {
        try {
            while (true) {
                StateStore.Batch batch = store.batch();
                batch.put("a", bytes("k"), bytes("v"));
                store.commit(batch, false);
                store.scan("a", new byte[0], null, (key, value) -> true);
            }
        } catch (StateException closed) {
            assertTrue(closed.getMessage().endsWith("is closed"), closed.getMessage());
        }
    }
}
