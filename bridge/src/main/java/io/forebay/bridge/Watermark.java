package io.forebay.bridge;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owned by the bridge's thread: saves what is settled, and then tells the log what it may forget. */
final class Watermark {
    private static final Logger LOG = LoggerFactory.getLogger(Watermark.class);

    private final Sequences sequences;
    private final LongSupplier settled;
    private final LongConsumer onForgotten;
    private final FaultLog faults;
    private final Runnable onSaved;
    private long forgotten;
    private Future<Void> saving = Future.succeededFuture();
    private boolean closed;

    /**
     * @param settled everything before it is settled
     * @param onForgotten told what was saved: everything before may be forgotten
     * @param onSaved who waited for room among the numbers may go on
     */
    Watermark(
            long from,
            Sequences sequences,
            LongSupplier settled,
            LongConsumer onForgotten,
            FaultLog faults,
            Runnable onSaved) {
        this.forgotten = from;
        this.sequences = sequences;
        this.settled = settled;
        this.onForgotten = onForgotten;
        this.faults = faults;
        this.onSaved = onSaved;
    }

    /** What the log was last told to forget. */
    long forgotten() {
        return forgotten;
    }

    /** One save at a time: if the last one is not done, this waits for the next call. */
    void advance() {
        long position = settled.getAsLong();
        if (!saving.isComplete() || (position <= forgotten && !sequences.hasNews())) {
            return;
        }
        if (sequences.isOn()) {
            saving = sequences.save(position).onComplete(saved -> onSaved(saved, position));
        } else {
            forgetBefore(position);
        }
    }

    /** @return completes when all that is settled by now is saved, or cannot be */
    Future<Void> advanceAll() {
        return saving.transform(before -> {
            advance();
            return saving.otherwiseEmpty();
        });
    }

    private void onSaved(AsyncResult<Void> saved, long position) {
        if (closed) {
            return;
        }
        if (saved.succeeded()) {
            forgetBefore(position);
        } else {
            faults.warn(LOG, "What is settled cannot be saved: " + saved.cause().getMessage(), "position=" + position);
        }
        onSaved.run();
    }

    private void forgetBefore(long position) {
        if (position > forgotten) {
            forgotten = position;
            onForgotten.accept(position);
        }
    }

    /** What is still being saved is not heard of any more. */
    void close() {
        closed = true;
    }
}
