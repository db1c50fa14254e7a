package io.forebay.storage.chronicle;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the disk has done to the log, and when the next file is tried. Owned by the log's writer thread; any thread may ask
 * what is wrong.
 */
final class Healing {
    private static final Logger LOG = LoggerFactory.getLogger(Healing.class);
    private static final long PAUSE_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PAUSE_MAX_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LogMeters meters;
    private int attempts;
    private boolean lacking;
    private volatile String fault = "";

    Healing(LogMeters meters) {
        this.meters = meters;
    }

    /** Any thread. Why the log is being healed, a part of a sentence; empty if it is not. */
    String fault() {
        return fault;
    }

    void onFault(DiskFault cause) {
        if (cause.kind() == DiskFault.Kind.WRITE) {
            // A store to a mapped page: nobody else has seen it.
            meters.fault(DiskFault.Kind.WRITE);
        }
        lacking = false;
        attempts++;
        fault = (cause.kind() == DiskFault.Kind.SYNC ? "a sync has failed: " : "a write has failed: ")
                + cause.getMessage();
        // The pauses grow: there is no need to hold back lines.
        LOG.warn(
                "The log goes on in another file, nothing is acknowledged until that is durable: {} [attempt={}]",
                fault,
                attempts);
    }

    /** The first fault is answered at once with the file that is ready, the next ones ever more slowly. */
    long pauseNanos() {
        if (attempts <= 1) {
            return 0;
        }
        return Math.min(PAUSE_MAX_NANOS, PAUSE_MIN_NANOS << Math.min(attempts - 2, 20));
    }

    /** There is no other file to go on in. */
    void lacks(String reason) {
        if (!lacking) {
            lacking = true;
            fault = fault + "; " + reason;
            LOG.warn("The log cannot go on in another file yet: {}", reason);
        }
    }

    /** Something became durable. */
    void healed() {
        if (attempts > 0) {
            LOG.info("The log is written again, nothing was lost [attempts={}]", attempts);
            attempts = 0;
            fault = "";
        }
    }
}
