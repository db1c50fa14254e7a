package io.forebay.gateway.session;

import io.forebay.storage.state.StateException;
import io.forebay.storage.state.StateStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A state store in memory, for any thread. The test decides when it is full or broken, and goes on with what a crash would
 * have left.
 */
final class MemoryStateStore implements StateStore {
    private final Tables committed;
    private final Tables durable;
    private final List<Consumer<Tables>> notYetDurable = new ArrayList<>();
    private boolean full;
    private boolean broken;
    private boolean closed;
    private int commits;
    private int durableCommits;

    MemoryStateStore() {
        this(new Tables());
    }

    private MemoryStateStore(Tables content) {
        committed = content.copy();
        durable = content.copy();
    }

    /** What the next process finds after {@code kill -9}: all that was committed. This one takes nothing more. */
    synchronized MemoryStateStore afterKill() {
        closed = true;
        return new MemoryStateStore(committed);
    }

    /** What is found after a power cut that left no more than it had to. This one takes nothing more. */
    synchronized MemoryStateStore afterPowerCut() {
        closed = true;
        return new MemoryStateStore(durable);
    }

    /** Whether commits fail for want of space. */
    synchronized void full(boolean now) {
        full = now;
    }

    /** From now on commits fail for good. */
    synchronized void fail() {
        broken = true;
    }

    synchronized int commits() {
        return commits;
    }

    synchronized int durableCommits() {
        return durableCommits;
    }

    synchronized int size(String table) {
        return committed.table(table).size();
    }

    @Override
    public Batch batch() {
        return new Changes();
    }

    @Override
    public synchronized void commit(Batch batch, boolean isDurable) {
        checkOpen();
        if (broken || full) {
            throw new StateException(
                    broken ? "The state cannot be written" : "There is no space for the state", null, !broken);
        }
        List<Consumer<Tables>> changes = ((Changes) batch).changes;
        changes.forEach(change -> change.accept(committed));
        notYetDurable.addAll(changes);
        batch.clear();
        commits++;
        if (isDurable) {
            notYetDurable.forEach(change -> change.accept(durable));
            notYetDurable.clear();
            durableCommits++;
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new StateException("The state is closed", null, false);
        }
    }

    @Override
    public synchronized byte[] get(String table, byte[] key) {
        checkOpen();
        return committed.table(table).get(key);
    }

    @Override
    public void scan(String table, byte[] from, byte[] to, Visitor visitor) {
        NavigableMap<byte[], byte[]> asOfNow;
        synchronized (this) {
            checkOpen();
            asOfNow = Tables.copy(committed.table(table));
        }
        Map<byte[], byte[]> wanted = to == null ? asOfNow.tailMap(from) : Tables.range(asOfNow, from, to);
        for (Map.Entry<byte[], byte[]> entry : wanted.entrySet()) {
            if (!visitor.visit(entry.getKey(), entry.getValue())) {
                return;
            }
        }
    }

    @Override
    public synchronized long diskBytes() {
        return committed.bytes();
    }

    @Override
    public synchronized boolean isWritable() {
        return !closed && !full && !broken;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private static final class Tables {
        private final Map<String, NavigableMap<byte[], byte[]>> byName = new TreeMap<>();

        NavigableMap<byte[], byte[]> table(String name) {
            return byName.computeIfAbsent(name, unknown -> new TreeMap<>(Arrays::compareUnsigned));
        }

        Tables copy() {
            Tables copy = new Tables();
            byName.forEach((name, entries) -> copy.byName.put(name, copy(entries)));
            return copy;
        }

        static NavigableMap<byte[], byte[]> copy(NavigableMap<byte[], byte[]> entries) {
            return new TreeMap<>(entries);
        }

        static Map<byte[], byte[]> range(NavigableMap<byte[], byte[]> entries, byte[] from, byte[] to) {
            return Arrays.compareUnsigned(from, to) < 0
                    ? entries.subMap(from, to)
                    : new TreeMap<>(Arrays::compareUnsigned);
        }

        long bytes() {
            return byName.values().stream()
                    .flatMap(entries -> entries.entrySet().stream())
                    .mapToLong(entry -> entry.getKey().length + entry.getValue().length)
                    .sum();
        }
    }

    private static final class Changes implements Batch {
        private final List<Consumer<Tables>> changes = new ArrayList<>();
        private long bytes;

        @Override
        public void put(String table, byte[] key, byte[] value) {
            changes.add(tables -> tables.table(table).put(key, value));
            bytes += key.length + value.length;
        }

        @Override
        public void delete(String table, byte[] key) {
            changes.add(tables -> tables.table(table).remove(key));
            bytes += key.length;
        }

        @Override
        public void deleteRange(String table, byte[] from, byte[] to) {
            changes.add(tables -> Tables.range(tables.table(table), from, to).clear());
            bytes += from.length + to.length;
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
    }
}
