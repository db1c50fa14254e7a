package io.forebay.storage.state;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The process that {@link StateCrashIT} kills: commits one batch after the other and prints the number of each that has
 * returned. What batch n holds follows from the seed and n alone, so that the test can tell what must be there.
 *
 * <p>Arguments: directory, seed.
 */
final class StateCrashChild {
    static final List<String> TABLES = List.of("entries", "others", "progress");
    static final byte[] LAST = "last".getBytes(StandardCharsets.UTF_8);
    /** Small, so that tables are written out and merged all the time. */
    static final StateConfig CONFIG = new StateConfig(StateConfig.MEMORY_BYTES_MIN, StateConfig.JOURNAL_BYTES_MIN);

    private static final PrintStream OUT = new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16), false, StandardCharsets.UTF_8);

    private StateCrashChild() {}

    /** What a batch does, to the store and to the model of it. */
    interface Changes {
        void put(String table, byte[] key, byte[] value);

        void delete(String table, byte[] key);

        void deleteRange(String table, byte[] from, byte[] to);
    }

    static void batch(long seed, int n, Changes changes) {
        Random random = new Random(seed * 31 + n);
        for (int i = random.nextInt(20); i >= 0; i--) {
            String table = TABLES.get(random.nextInt(2));
            switch (random.nextInt(10)) {
                case 0 -> changes.deleteRange(table, key(random.nextInt(300)), key(random.nextInt(300)));
                case 1, 2 -> changes.delete(table, key(random.nextInt(300)));
                default -> changes.put(table, key(random.nextInt(300)), value(random));
            }
        }
        changes.put("progress", LAST, Integer.toString(n).getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] key(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] value(Random random) {
        byte[] value = new byte[random.nextInt(2_000)];
        random.nextBytes(value);
        return value;
    }

    static int last(StateStore store) {
        byte[] last = store.get("progress", LAST);
        return last == null ? 0 : Integer.parseInt(new String(last, StandardCharsets.UTF_8));
    }

    public static void main(String[] args) {
        RocksStateStore store = RocksStateStore.open(Path.of(args[0]), TABLES, CONFIG);
        long seed = Long.parseLong(args[1]);
        StateStore.Batch batch = store.batch();
        Changes changes = new Changes() {
            @Override
            public void put(String table, byte[] key, byte[] value) {
                batch.put(table, key, value);
            }

            @Override
            public void delete(String table, byte[] key) {
                batch.delete(table, key);
            }

            @Override
            public void deleteRange(String table, byte[] from, byte[] to) {
                batch.deleteRange(table, from, to);
            }
        };
        for (int n = last(store) + 1; ; n++) {
            batch(seed, n, changes);
            store.commit(batch, n % 4 == 0);
            OUT.println(n);
            OUT.flush();
        }
    }
}
