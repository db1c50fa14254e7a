package io.forebay.storage.chronicle;

import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import io.forebay.storage.LogState;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the log is, and the lines that tell when that changes. Changed by the writer thread alone; any thread may ask.
 *
 * <p>Want of space while the disk fails is no state of its own: it is one more reason why the log has not healed.
 */
final class LogCondition {
    private static final Logger LOG = LoggerFactory.getLogger(LogCondition.class);

    private final Healing healing;
    private final Consumer<Throwable> onFatal;
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile LogState state = LogState.OPEN;
    private LogException failure;

    LogCondition(Healing healing, Consumer<Throwable> onFatal) {
        this.healing = healing;
        this.onFatal = onFatal;
    }

    // ---- any thread ----

    LogState state() {
        return state;
    }

    /** Blocks until the writer has its first segment, or knows that it has none for now. */
    void awaitBegun() throws InterruptedException {
        begun.await();
    }

    // ---- writer thread ----

    void begun() {
        begun.countDown();
    }

    /** Null if it has not failed for good. */
    LogException failure() {
        return failure;
    }

    /** Something became durable. */
    void durable() {
        state = LogState.OPEN;
        healing.healed();
    }

    /** @return how long to wait before the next try */
    long faulty(DiskFault fault) {
        state = LogState.HEALING;
        healing.onFault(fault);
        return healing.pauseNanos();
    }

    /** There is no space. */
    void full(String reason) {
        if (state == LogState.OPEN) {
            state = LogState.FULL;
            LOG.warn("The log is full, messages wait and are not acknowledged: {}", reason);
        } else if (state == LogState.HEALING) {
            healing.lacks(reason);
        }
        begun();
    }

    /** There is space. */
    void opened() {
        if (state == LogState.FULL) {
            state = LogState.OPEN;
            LOG.info("The log has space again");
        }
    }

    /** A bug, which is final. */
    void fail(Throwable cause) {
        failure = new LogException(
                Kind.FAILED, "The log cannot be written, nothing is acknowledged until a restart: " + cause, cause);
        state = LogState.FAILED;
        LOG.error("The log has failed; it acknowledges nothing until a restart", cause);
        try {
            onFatal.accept(failure);
        } catch (Throwable bug) {
            LOG.error("The listener for a failed log failed itself", bug);
        }
    }

    void closed() {
        state = LogState.CLOSED;
    }
}
