package io.forebay.storage.state;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksObject;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * How RocksDB is set up. Owned by the store, which closes it after the database: the native memory behind it is freed by
 * nobody else.
 */
final class RocksSettings implements AutoCloseable {
    private static final long BLOCK_BYTES = 8 << 10;
    private static final double FILTER_BITS_PER_KEY = 10;
    private static final long SYNC_TABLES_EVERY_BYTES = 1L << 20;
    private static final long DIAGNOSTIC_FILE_BYTES_MAX = 1L << 20;
    private static final long DIAGNOSTIC_FILES_MAX = 2;
    private static final long MANIFEST_BYTES_MAX = 4L << 20;
    private static final int OPEN_FILES_MAX = 256;
    private static final int RANGE_DELETIONS_IN_MEMORY_MAX = 1_000;

    private final Deque<RocksObject> owned = new ArrayDeque<>();
    private final StateConfig config;
    private final ColumnFamilyOptions tables;
    private final DBOptions database;
    private final WriteOptions durable;
    private final WriteOptions buffered;

    RocksSettings(StateConfig config) {
        this.config = config;
        // What was read and what is to be written share one bound; indexes and filters of tables count as well.
        Cache cache = own(new LRUCache(config.memoryBytesMax()));
        WriteBufferManager buffers = own(new WriteBufferManager(config.memoryBytesMax() / 2, cache));
        tables = own(new ColumnFamilyOptions()).setTableFormatConfig(tableFormat(cache));
        tables.setWriteBufferSize(config.memoryBytesMax() / 8)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setMemtableMaxRangeDeletions(RANGE_DELETIONS_IN_MEMORY_MAX);
        database = own(new DBOptions()).setWriteBufferManager(buffers);
        safe(database);
        bounded(database);
        durable = own(new WriteOptions()).setSync(true);
        buffered = own(new WriteOptions()).setSync(false);
    }

    private BlockBasedTableConfig tableFormat(Cache cache) {
        return new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(BLOCK_BYTES)
                .setFilterPolicy(own(new BloomFilter(FILTER_BITS_PER_KEY)))
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true);
    }

    /**
     * After a crash the journal counts up to its first record that is not whole. A mode that expects more would refuse to
     * start after a power cut, which may well leave a hole in what was not synced; one that expects less would apply what
     * stands behind the hole. {@link DurableMark} tells such a hole from the loss of something that was synced.
     */
    private static void safe(DBOptions options) {
        options.setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setParanoidChecks(true)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setUseFsync(false)
                .setManualWalFlush(false)
                .setBytesPerSync(SYNC_TABLES_EVERY_BYTES);
    }

    private void bounded(DBOptions options) {
        options.setMaxTotalWalSize(config.journalBytesMax())
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(DIAGNOSTIC_FILE_BYTES_MAX)
                .setKeepLogFileNum(DIAGNOSTIC_FILES_MAX)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setMaxManifestFileSize(MANIFEST_BYTES_MAX)
                .setMaxOpenFiles(OPEN_FILES_MAX);
    }

    private <T extends RocksObject> T own(T object) {
        owned.push(object);
        return object;
    }

    DBOptions database() {
        return database;
    }

    /** For what is asked of a database that is not open. */
    Options unopened() {
        return own(new Options());
    }

    List<ColumnFamilyDescriptor> describe(Collection<String> names) {
        return names.stream()
                .map(name -> new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), tables))
                .toList();
    }

    WriteOptions write(boolean isDurable) {
        return isDurable ? durable : buffered;
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            owned.pop().close();
        }
    }
}
