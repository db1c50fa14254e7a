package io.forebay.storage.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state on RocksDB. Any thread may call it: readers run beside each other and beside one commit, commits one after
 * another. A closed database that is used ends the process, so everything but {@link #close} holds {@link #open}'s shared
 * side, and close waits for it.
 */
public final class RocksStateStore implements StateStore {
    private static final Logger LOG = LoggerFactory.getLogger(RocksStateStore.class);
    private static final byte[] FORMAT_KEY = "format".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PROBE_KEY = "probe".getBytes(StandardCharsets.UTF_8);
    private static final int FORMAT = 1;

    private final Path directory;
    private final RocksSettings settings;
    private final RocksTables tables;
    private final DurableMark mark;
    private final WriteFaults faults;
    private final ReadWriteLock open = new ReentrantReadWriteLock();
    private final Object committing = new Object();
    private boolean closed;

    /**
     * Opens the state in its directory, which is made if missing. Blocks while what a crash left is put in order.
     *
     * @throws StateException if it cannot be used: held by another process, written by a later version, damaged
     */
    public static RocksStateStore open(Path directory, List<String> tables, StateConfig config) {
        Path files = directory.resolve("tables");
        NativeLibrary.load(directory.resolve("native"));
        RocksSettings settings = new RocksSettings(config);
        try {
            Files.createDirectories(files);
            RocksTables opened = RocksTables.open(files, tables, settings);
            DurableMark mark = new DurableMark(directory.resolve("durable"));
            return checked(new RocksStateStore(files, settings, opened, mark));
        } catch (IOException cause) {
            settings.close();
            throw new StateException("The state in " + directory + " cannot be opened: " + cause, cause, false);
        } catch (RocksDBException cause) {
            settings.close();
            throw WriteFaults.cannotOpen(directory, cause);
        }
    }

    private RocksStateStore(Path files, RocksSettings settings, RocksTables tables, DurableMark mark) {
        this.directory = files;
        this.settings = settings;
        this.tables = tables;
        this.mark = mark;
        this.faults = new WriteFaults(files);
    }

    private static RocksStateStore checked(RocksStateStore store) throws IOException {
        try {
            store.checkNothingIsMissing();
            store.checkFormat();
            return store;
        } catch (IOException | StateException cause) {
            store.close();
            throw cause;
        }
    }

    private void checkNothingIsMissing() throws IOException {
        long promised = mark.sequence();
        long found = tables.database().getLatestSequenceNumber();
        if (found < promised) {
            throw new StateException(
                    "The state in " + directory + " is damaged: of " + promised + " changes that were durable " + found
                            + " can be read; to go on with these delete " + mark.file(),
                    null,
                    false);
        }
    }

    private void checkFormat() {
        byte[] found = get(RocksTables.META, FORMAT_KEY);
        if (found == null) {
            Batch batch = batch();
            batch.put(RocksTables.META, FORMAT_KEY, Integer.toString(FORMAT).getBytes(StandardCharsets.UTF_8));
            commit(batch, true);
            return;
        }
        String format = new String(found, StandardCharsets.UTF_8);
        if (!format.equals(Integer.toString(FORMAT))) {
            throw new StateException(
                    "The state in " + directory + " was written by a later version of Forebay: its format is " + format
                            + ", this version knows " + FORMAT,
                    null,
                    false);
        }
    }

    @Override
    public Batch batch() {
        return new RocksBatch(tables);
    }

    @Override
    public void commit(Batch batch, boolean durable) {
        Lock shared = enter();
        try {
            synchronized (committing) {
                faults.refuseAfterFatal();
                write((RocksBatch) batch, durable);
            }
        } finally {
            shared.unlock();
        }
    }

    private void write(RocksBatch batch, boolean durable) {
        try (WriteBatch changes = new WriteBatch()) {
            batch.copyTo(changes);
            tables.database().write(settings.write(durable), changes);
        } catch (RocksDBException cause) {
            throw faults.failed(cause);
        }
        faults.succeeded();
        batch.clear();
        if (durable) {
            mark.write(tables.database().getLatestSequenceNumber());
        }
    }

    @Override
    public byte[] get(String table, byte[] key) {
        Lock shared = enter();
        try {
            return tables.database().get(tables.handle(table), key);
        } catch (RocksDBException cause) {
            throw cannotRead(table, cause);
        } finally {
            shared.unlock();
        }
    }

    @Override
    public void scan(String table, byte[] from, byte[] to, Visitor visitor) {
        Lock shared = enter();
        try (Slice end = to == null ? null : new Slice(to);
                ReadOptions options = new ReadOptions()) {
            if (end != null) {
                options.setIterateUpperBound(end);
            }
            try (RocksIterator entries = tables.database().newIterator(tables.handle(table), options)) {
                entries.seek(from);
                while (entries.isValid() && visitor.visit(entries.key(), entries.value())) {
                    entries.next();
                }
                // An iterator that meets damage looks like one at its end.
                entries.status();
            }
        } catch (RocksDBException cause) {
            throw cannotRead(table, cause);
        } finally {
            shared.unlock();
        }
    }

    private StateException cannotRead(String table, RocksDBException cause) {
        return new StateException(
                "The table " + table + " in " + directory + " cannot be read: " + cause.getMessage(), cause, false);
    }

    @Override
    public long diskBytes() {
        return filesIn(directory);
    }

    /** What a state in this directory occupies, open or not; 0 if there is none. Any thread. */
    public static long diskBytes(Path directory) {
        return filesIn(directory.resolve("tables"));
    }

    private static long filesIn(Path files) {
        try (Stream<Path> all = Files.list(files)) {
            return all.mapToLong(file -> file.toFile().length()).sum();
        } catch (NoSuchFileException none) {
            return 0;
        } catch (IOException cause) {
            throw new StateException("The size of " + files + " cannot be told: " + cause, cause, false);
        }
    }

    @Override
    public boolean isWritable() {
        if (faults.isProbeDue()) {
            probe();
        }
        return faults.isWritable();
    }

    /** Nobody may have anything to commit as long as the disk is full: then this finds out that it no longer is. */
    private void probe() {
        Batch batch = batch();
        batch.put(RocksTables.META, PROBE_KEY, new byte[0]);
        try {
            commit(batch, false);
        } catch (StateException stillFull) {
            LOG.debug("The state store takes nothing yet [cause={}]", stillFull.getMessage());
        }
    }

    private Lock enter() {
        Lock shared = open.readLock();
        shared.lock();
        if (closed) {
            shared.unlock();
            throw new StateException("The state in " + directory + " is closed", null, false);
        }
        return shared;
    }

    /** Makes all commits durable. Not from within a scan's visitor. */
    @Override
    public void close() {
        Lock exclusive = open.writeLock();
        exclusive.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            faults.closed();
            if (faults.mayWrite()) {
                tables.database().syncWal();
            }
        } catch (RocksDBException cause) {
            LOG.warn("What was committed last may not outlive a power cut [cause={}]", cause.getMessage());
        } finally {
            release();
            exclusive.unlock();
        }
    }

    private void release() {
        try {
            mark.close();
            tables.close();
        } catch (IOException | RocksDBException cause) {
            LOG.warn("The state does not close in order [cause={}]", cause.getMessage());
        }
        settings.close();
    }
}
