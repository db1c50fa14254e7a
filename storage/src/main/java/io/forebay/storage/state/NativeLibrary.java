package io.forebay.storage.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings RocksDB's native code into the process. It has to be a file: one with a fixed name in the state's own directory
 * is replaced by the next start, while each killed process would leave one more behind in the directory for temporary
 * files. No state.
 */
final class NativeLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

    private NativeLibrary() {}

    static void load(Path directory) {
        try {
            Files.createDirectories(directory);
            NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
        } catch (IOException | RuntimeException | UnsatisfiedLinkError cause) {
            LOG.warn(
                    "The native code of the state store cannot be put into its directory, the one for temporary files is"
                            + " tried [directory={}, cause={}]",
                    directory,
                    cause.getMessage());
        }
        try {
            RocksDB.loadLibrary();
        } catch (RuntimeException | UnsatisfiedLinkError cause) {
            throw new StateException(
                    "The native code of the state store cannot be loaded from " + directory + " nor from "
                            + System.getProperty("java.io.tmpdir") + ": " + cause.getMessage(),
                    cause,
                    false);
        }
    }
}
