package io.forebay.storage.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed again and again while it commits: what is found is what some number of its batches made, in order. */
@Timeout(300)
class StateCrashIT {
    private static final long SEED = Long.getLong("forebay.crash.seed", System.nanoTime());
    private static final int KILLS = 12;

    @TempDir
    Path directory;

    private final Map<String, TreeMap<byte[], byte[]>> model = new TreeMap<>(Map.of(
            "entries", new TreeMap<>(Arrays::compareUnsigned), "others", new TreeMap<>(Arrays::compareUnsigned)));
    private int modelled;

    @Test
    void everyReturnedCommitIsThereInWholeAfterEachKill() throws Exception {
        System.out.println("StateCrashIT: -Dforebay.crash.seed=" + SEED);
        Random random = new Random(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            int returned = runAndKill(1 + random.nextInt(3_000));
            check(returned, "seed " + SEED + ", kill " + kill);
        }
        assertTrue(leftovers() <= 1, "one copy of the native library, however many starts");
    }

    /** @return the last batch that had returned */
    private int runAndKill(int batches) throws IOException, InterruptedException {
        Process child = ChildJvm.start(
                ChildJvm.command(StateCrashChild.class, List.of(), directory.toString(), Long.toString(SEED)));
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            for (int seen = 1; seen < batches && line != null; seen++) {
                line = out.readLine();
            }
            child.toHandle().destroyForcibly(); // Through the handle, or the rest of its output is lost.
            String last = line;
            for (String more = line; more != null; more = readLine(out)) {
                last = more;
            }
            child.waitFor();
            return Integer.parseInt(last);
        }
    }

    private static String readLine(BufferedReader out) {
        try {
            return out.readLine();
        } catch (IOException killed) {
            return null;
        }
    }

    private void check(int returned, String run) {
        try (RocksStateStore store = RocksStateStore.open(directory, StateCrashChild.TABLES, StateCrashChild.CONFIG)) {
            int last = StateCrashChild.last(store);
            assertTrue(last >= returned, run + ": " + returned + " had returned, only " + last + " is there");
            while (modelled < last) {
                StateCrashChild.batch(SEED, ++modelled, new Modelled());
            }
            model.forEach((table, expected) -> assertSame(store, table, expected, run));
        }
    }

    private static void assertSame(StateStore store, String table, SortedMap<byte[], byte[]> expected, String run) {
        TreeMap<byte[], byte[]> left = new TreeMap<>(expected);
        store.scan(table, new byte[0], null, (key, value) -> {
            assertEquals(0, Arrays.compare(key, left.firstKey()), run);
            assertArrayEquals(left.pollFirstEntry().getValue(), value, run);
            return true;
        });
        assertTrue(left.isEmpty(), run + ": " + left.size() + " entries are missing");
    }

    private long leftovers() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("native"))) {
            return files.count();
        }
    }

    private final class Modelled implements StateCrashChild.Changes {
        @Override
        public void put(String table, byte[] key, byte[] value) {
            if (model.containsKey(table)) {
                model.get(table).put(key, value);
            }
        }

        @Override
        public void delete(String table, byte[] key) {
            model.get(table).remove(key);
        }

        @Override
        public void deleteRange(String table, byte[] from, byte[] to) {
            if (Arrays.compareUnsigned(from, to) < 0) {
                model.get(table).subMap(from, to).clear();
            }
        }
    }
}
