package io.forebay.storage.state;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Fills the disk under a state store, makes space again, several times. Exits with 0 if no commit that returned is lost,
 * none that failed is half done, and the store recovers by itself.
 *
 * <p>Arguments: directory, rounds.
 */
final class SmallStateDiskChild {
    private static final List<String> TABLES = List.of("t");
    private static final StateConfig CONFIG = new StateConfig(16L << 20, 4L << 20);
    private static final int KEYS = 3_000;

    private final Path directory;
    private final RocksStateStore store;
    private int committed;

    private SmallStateDiskChild(Path directory) {
        this.directory = directory;
        this.store = RocksStateStore.open(directory.resolve("state"), TABLES, CONFIG);
    }

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        SmallStateDiskChild child = new SmallStateDiskChild(directory);
        for (int round = 0; round < Integer.parseInt(args[1]); round++) {
            child.round(round % 2 == 0);
        }
        child.store.close();
        SmallStateDiskChild again = new SmallStateDiskChild(directory);
        again.committed = child.committed;
        again.check();
        again.store.close();
        System.out.println("committed " + child.committed);
    }

    private void round(boolean retrying) throws Exception {
        for (int i = 0; i < 500; i++) {
            commit(next(), i % 8 == 0);
        }
        Path filler = fillDisk();
        StateStore.Batch refused = commitUntilFull();
        expect(!store.isWritable(), "the store says that it takes nothing");
        expect(!refused.isEmpty(), "a batch that failed is whole");
        check();

        Files.delete(filler);
        long from = System.nanoTime();
        if (retrying) {
            while (!commitsNow(refused)) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } else {
            while (!store.isWritable()) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            expect(commitsNow(refused), "a commit succeeds when the store says so");
        }
        System.out.println("recovered after " + (System.nanoTime() - from) / 1_000_000 + " ms");
        expect(store.isWritable(), "the store takes commits again");
        check();
    }

    private StateStore.Batch commitUntilFull() {
        while (true) {
            StateStore.Batch batch = next();
            if (!commitsNow(batch)) {
                return batch;
            }
        }
    }

    private boolean commitsNow(StateStore.Batch batch) {
        try {
            commit(batch, true);
            return true;
        } catch (StateException full) {
            expect(full.isNoSpace(), "it fails for want of space only: " + full + ", " + full.getCause());
            return false;
        }
    }

    /** The number of the batch under two keys and in a large value. */
    private StateStore.Batch next() {
        StateStore.Batch batch = store.batch();
        byte[] value = new byte[2_000];
        ByteBuffer.wrap(value).putInt(committed + 1);
        batch.put("t", key(0), value);
        batch.put("t", key(1 + committed % KEYS), value);
        return batch;
    }

    private void commit(StateStore.Batch batch, boolean durable) {
        store.commit(batch, durable);
        committed++;
    }

    private void check() {
        expect(number(0) == committed, committed + " are committed, " + number(0) + " are there");
        for (int n = Math.max(1, committed - KEYS + 1); n <= committed; n++) {
            expect(number(1 + (n - 1) % KEYS) == n, "batch " + n + " is there in whole");
        }
    }

    private int number(int key) {
        return ByteBuffer.wrap(store.get("t", key(key))).getInt();
    }

    private static byte[] key(int key) {
        return ByteBuffer.allocate(4).putInt(key).array();
    }

    private Path fillDisk() {
        Path filler = directory.resolve("filler");
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] block = new byte[4096];
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            return filler;
        }
    }

    private static void expect(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("Expected that " + what);
        }
    }
}
