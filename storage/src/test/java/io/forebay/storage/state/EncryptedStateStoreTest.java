package io.forebay.storage.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.encryption.Keyring;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedStateStoreTest {
    private static final List<String> TABLES = List.of("one", "two");

    @TempDir
    Path directory;

    private RocksStateStore rocks;
    private StateStore store;

    private static Keyring keys(int... seeds) {
        return Keyring.parse(
                Arrays.stream(seeds).mapToObj(EncryptedStateStoreTest::key).toList());
    }

    private static String key(int seed) {
        byte[] key = new byte[32];
        key[0] = (byte) seed;
        return Base64.getEncoder().encodeToString(key);
    }

    private void open(Keyring keys) {
        close();
        rocks = RocksStateStore.open(directory, List.of("one", "two", EncryptedStateStore.TABLE), StateConfig.DEFAULT);
        store = EncryptedStateStore.over(rocks, keys, TABLES);
    }

    @AfterEach
    void close() {
        if (rocks != null) {
            rocks.close();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void put(String table, String key, String value) {
        StateStore.Batch batch = store.batch();
        batch.put(table, bytes(key), bytes(value));
        store.commit(batch, true);
    }

    private List<String> all(String table) {
        List<String> entries = new ArrayList<>();
        store.scan(table, new byte[0], null, (key, value) -> {
            assertArrayEquals(value, store.get(table, key));
            return entries.add(
                    new String(key, StandardCharsets.UTF_8) + "=" + new String(value, StandardCharsets.UTF_8));
        });
        return entries;
    }

    private boolean isInTheFiles(String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("tables"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void valuesCannotBeFoundInTheFilesAndKeysCan() throws Exception {
        open(keys(1));
        put("one", "key-seen", "value-seen");
        close();

        assertEquals(false, isInTheFiles("value-seen"));
        assertEquals(true, isInTheFiles("key-seen"));
        open(keys(1));
        assertEquals(List.of("key-seen=value-seen"), all("one"));
    }

    @Test
    void withoutKeysNothingIsInBetween() {
        open(Keyring.NONE);
        assertSame(rocks, store);
        assertNull(store.get("one", bytes("nothing")));
    }

    @Test
    void whatWasPlainIsEncryptedWhenAKeyComes() {
        open(Keyring.NONE);
        put("one", "a", "1");
        put("two", "empty", "");
        open(keys(1));

        assertEquals(List.of("a=1"), all("one"));
        assertEquals(List.of("empty="), all("two"));
        assertTrue(rocks.get("one", bytes("a")).length > 40);
    }

    @Test
    void afterARotationTheOldKeyIsNotNeeded() {
        open(keys(1));
        for (int i = 1_000; i < 2_000; i++) {
            put("one", Integer.toString(i), "x".repeat(10_000)); // More than is written again at once.
        }
        open(keys(2, 1));
        put("two", "later", "2");
        open(keys(2));

        assertEquals(1_000, all("one").size());
        assertEquals("1000=" + "x".repeat(10_000), all("one").get(0));
        assertEquals(List.of("later=2"), all("two"));
    }

    @Test
    void rotationThatWasInterruptedGoesOn() {
        open(Keyring.NONE);
        put("one", "a", "1");
        put("one", "b", "2");
        open(keys(1));
        // As if the process had ended before b was reached.
        StateStore.Batch batch = rocks.batch();
        batch.put("one", bytes("b"), bytes("2"));
        batch.put(EncryptedStateStore.TABLE, bytes("rewriting"), new byte[0]);
        rocks.commit(batch, true);

        open(keys(1));
        assertEquals(List.of("a=1", "b=2"), all("one"));
        assertTrue(rocks.get("one", bytes("b")).length > 40);
        assertNull(rocks.get(EncryptedStateStore.TABLE, bytes("rewriting")));
    }

    @Test
    void missingKeyIsRefusedAndNamed() {
        open(keys(1));
        put("one", "a", "1");
        StateException wrong = assertThrows(StateException.class, () -> open(keys(2)));
        assertTrue(wrong.getMessage().contains(Keyring.text(keys(1).current())), wrong.getMessage());
        StateException none = assertThrows(StateException.class, () -> open(Keyring.NONE));
        assertTrue(none.getMessage().contains("no key is given"), none.getMessage());
    }

    @Test
    void keyThatDoesNotOpenWhatIsThereIsRefusedBeforeAnythingIsWritten() {
        open(keys(1));
        byte[] row =
                ByteBuffer.allocate(Integer.BYTES).putInt(keys(1).current()).array();
        byte[] word = rocks.get(EncryptedStateStore.TABLE, row);
        word[word.length - 1] ^= 1;
        StateStore.Batch batch = rocks.batch();
        batch.put(EncryptedStateStore.TABLE, row, word);
        rocks.commit(batch, true);

        assertThrows(StateException.class, () -> open(keys(1)));
    }
}
