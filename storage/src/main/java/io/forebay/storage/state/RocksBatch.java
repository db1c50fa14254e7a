package io.forebay.storage.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Changes on their way, kept on the heap: nobody has to free it, and it is whole after a commit that failed. Owned by the
 * thread that fills it.
 */
final class RocksBatch implements StateStore.Batch {
    private static final long CHANGE_OVERHEAD = 16;

    private final RocksTables tables;
    private final List<Change> changes = new ArrayList<>();
    private long bytes;

    /** One change; {@code first} and {@code second} are what the operation says. */
    private record Change(Operation operation, String table, byte[] first, byte[] second) {}

    private enum Operation {
        PUT,
        DELETE,
        DELETE_RANGE
    }

    RocksBatch(RocksTables tables) {
        this.tables = tables;
    }

    @Override
    public void put(String table, byte[] key, byte[] value) {
        add(new Change(Operation.PUT, table, key, value), key.length + value.length);
    }

    @Override
    public void delete(String table, byte[] key) {
        add(new Change(Operation.DELETE, table, key, null), key.length);
    }

    @Override
    public void deleteRange(String table, byte[] from, byte[] to) {
        if (Arrays.compareUnsigned(from, to) < 0) {
            add(new Change(Operation.DELETE_RANGE, table, from, to), from.length + to.length);
        }
    }

    private void add(Change change, int changeBytes) {
        tables.check(change.table());
        changes.add(change);
        bytes += changeBytes + CHANGE_OVERHEAD;
    }

    @Override
    public boolean isEmpty() {
        return changes.isEmpty();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void clear() {
        changes.clear();
        bytes = 0;
    }

    /** Only with the database open. */
    void copyTo(WriteBatch target) throws RocksDBException {
        for (Change change : changes) {
            var table = tables.handle(change.table());
            switch (change.operation()) {
                case PUT -> target.put(table, change.first(), change.second());
                case DELETE -> target.delete(table, change.first());
                case DELETE_RANGE -> target.deleteRange(table, change.first(), change.second());
            }
        }
    }
}
