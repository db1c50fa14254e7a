package io.forebay.bridge;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owned by the bridge's thread: saves what is settled, and then tells the log what it may forget. */
final class Watermark {
    private static final Logger LOG = LoggerFactory.getLogger(Watermark.class);

    private final Sequences sequences;
    private final Tally tally;
    private final LongSupplier settled;
    private final LongConsumer onForgotten;
    private final Consumer<List<Integer>> onUnneeded;
    private final FaultLog faults;
    private final Runnable onSaved;
    private long forgotten;
    private Future<Void> saving = Future.succeededFuture();
    private boolean closed;

    /**
     * @param settled everything before it is settled
     * @param onForgotten told what was saved: everything before may be forgotten
     * @param onUnneeded told of segments of which the same is true
     * @param onSaved who waited for room among the numbers may go on
     */
    Watermark(
            long from,
            Sequences sequences,
            Tally tally,
            LongSupplier settled,
            LongConsumer onForgotten,
            Consumer<List<Integer>> onUnneeded,
            FaultLog faults,
            Runnable onSaved) {
        this.forgotten = from;
        this.sequences = sequences;
        this.tally = tally;
        this.settled = settled;
        this.onForgotten = onForgotten;
        this.onUnneeded = onUnneeded;
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
        boolean news = position > forgotten || sequences.hasNews() || tally.hasEmptied();
        if (!saving.isComplete() || !news) {
            return;
        }
        List<Integer> unneeded = tally.takeEmptied();
        if (sequences.isOn()) {
            saving = sequences.save(position).onComplete(saved -> onSaved(saved, position, unneeded));
        } else {
            forget(position, unneeded);
        }
    }

    /** @return completes when all that is settled by now is saved, or cannot be */
    Future<Void> advanceAll() {
        return saving.transform(before -> {
            advance();
            return saving.otherwiseEmpty();
        });
    }

    private void onSaved(AsyncResult<Void> saved, long position, List<Integer> unneeded) {
        if (closed) {
            return;
        }
        if (saved.succeeded()) {
            forget(position, unneeded);
        } else {
            tally.giveBack(unneeded);
            faults.warn(LOG, "What is settled cannot be saved: " + saved.cause().getMessage(), "position=" + position);
        }
        onSaved.run();
    }

    private void forget(long position, List<Integer> unneeded) {
        if (position > forgotten) {
            forgotten = position;
            onForgotten.accept(position);
        }
        if (!unneeded.isEmpty()) {
            onUnneeded.accept(unneeded);
        }
    }

    /** What is still being saved is not heard of any more. */
    void close() {
        closed = true;
    }
}
