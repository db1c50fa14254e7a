package io.forebay.storage.state;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * An open database and its tables. Not guarded: {@link RocksStateStore} sees to it that nobody uses it while or after it is
 * closed, which would end the process.
 */
final class RocksTables implements AutoCloseable {
    /** What the store notes about itself. */
    static final String META = "default";

    private final RocksDB database;
    private final Map<String, ColumnFamilyHandle> handles = new TreeMap<>();

    private RocksTables(RocksDB database, List<ColumnFamilyDescriptor> tables, List<ColumnFamilyHandle> opened) {
        this.database = database;
        for (int i = 0; i < opened.size(); i++) {
            handles.put(new String(tables.get(i).getName(), StandardCharsets.UTF_8), opened.get(i));
        }
    }

    static RocksTables open(Path directory, List<String> wanted, RocksSettings settings) throws RocksDBException {
        Set<String> names = new LinkedHashSet<>();
        names.add(META);
        names.addAll(wanted);
        // Of an older or later version: RocksDB opens all tables or none.
        for (byte[] name : RocksDB.listColumnFamilies(settings.unopened(), directory.toString())) {
            names.add(new String(name, StandardCharsets.UTF_8));
        }
        List<ColumnFamilyDescriptor> tables = settings.describe(names);
        List<ColumnFamilyHandle> opened = new ArrayList<>();
        return new RocksTables(RocksDB.open(settings.database(), directory.toString(), tables, opened), tables, opened);
    }

    RocksDB database() {
        return database;
    }

    void check(String table) {
        if (!handles.containsKey(table)) {
            throw new IllegalArgumentException("There is no table " + table + " but " + handles.keySet());
        }
    }

    ColumnFamilyHandle handle(String table) {
        check(table);
        return handles.get(table);
    }

    @Override
    public void close() throws RocksDBException {
        handles.values().forEach(ColumnFamilyHandle::close);
        database.closeE();
    }
}
