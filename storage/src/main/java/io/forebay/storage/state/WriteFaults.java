package io.forebay.storage.state;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands against writing: want of space, which heals by itself, or anything else, which only a restart heals, because
 * nobody knows what a failed sync has left on the disk. Written by whoever commits, one at a time; read by any thread.
 */
final class WriteFaults {
    private static final Logger LOG = LoggerFactory.getLogger(WriteFaults.class);
    private static final long PROBE_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

    private final Path directory;
    private volatile boolean full;
    private volatile boolean closed;
    private volatile RocksDBException fatal;
    private volatile long triedAtNs;

    WriteFaults(Path directory) {
        this.directory = directory;
    }

    void refuseAfterFatal() {
        RocksDBException first = fatal;
        if (first != null) {
            throw new StateException(
                    "The state in " + directory + " takes nothing until a restart, since a write failed: "
                            + first.getMessage(),
                    first,
                    false);
        }
    }

    StateException failed(RocksDBException cause) {
        triedAtNs = System.nanoTime();
        if (!isNoSpace(cause)) {
            fatal = cause;
            LOG.error("The state cannot be written [directory={}, cause={}]", directory, cause.getMessage());
            return new StateException(
                    "The state in " + directory + " cannot be written: " + cause.getMessage(), cause, false);
        }
        if (!full) {
            full = true;
            LOG.warn("There is no space for the state, it is tried again [directory={}]", directory);
        }
        return new StateException("There is no space for the state in " + directory, cause, true);
    }

    void succeeded() {
        if (full) {
            full = false;
            LOG.info("There is space for the state again [directory={}]", directory);
        }
    }

    void closed() {
        closed = true;
    }

    boolean isProbeDue() {
        return full && !closed && fatal == null && System.nanoTime() - triedAtNs >= PROBE_EVERY_NS;
    }

    boolean isWritable() {
        return !closed && mayWrite();
    }

    boolean mayWrite() {
        return !full && fatal == null;
    }

    static StateException cannotOpen(Path directory, RocksDBException cause) {
        Status status = cause.getStatus();
        if (isNoSpace(cause)) {
            return new StateException("There is no space to open the state in " + directory, cause, true);
        }
        if (status != null && status.getCode() == Status.Code.Corruption) {
            return new StateException("The state in " + directory + " is damaged: " + cause.getMessage(), cause, false);
        }
        if (cause.getMessage() != null && cause.getMessage().contains("LOCK")) {
            return new StateException(
                    "The state in " + directory + " is in use by another gateway: " + cause.getMessage(), cause, false);
        }
        return new StateException(
                "The state in " + directory + " cannot be opened: " + cause.getMessage(), cause, false);
    }

    private static boolean isNoSpace(RocksDBException cause) {
        Status status = cause.getStatus();
        return status != null && status.getSubCode() == Status.SubCode.NoSpace;
    }
}
