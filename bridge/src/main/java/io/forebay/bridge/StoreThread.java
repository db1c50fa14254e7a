package io.forebay.bridge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Any thread: a thread of its own for what blocks for the disk, one piece of work after the other. It ends while there is
 * nothing to do. What waits is for its users to bound.
 */
final class StoreThread implements AutoCloseable {
    private static final long IDLE_S = 30;
    private static final long CLOSE_TIMEOUT_S = 10;

    private final String closedSentence;
    private final ThreadPoolExecutor thread;

    /** @param closedSentence what is said to who comes after {@link #close} */
    StoreThread(String name, String closedSentence) {
        this.closedSentence = closedSentence;
        thread = new ThreadPoolExecutor(
                1, 1, IDLE_S, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> new Thread(work, name));
        thread.allowCoreThreadTimeOut(true);
    }

    /** @return succeeds with what the work gives, or fails with what it throws; on this thread */
    <T> Future<T> run(Supplier<T> work) {
        Promise<T> done = Promise.promise();
        try {
            thread.execute(() -> complete(done, work));
        } catch (RejectedExecutionException closed) {
            done.tryFail(closedSentence);
        }
        return done.future();
    }

    /** The same for work that gives nothing. */
    Future<Void> run(Runnable work) {
        return run(() -> {
            work.run();
            return null;
        });
    }

    private static <T> void complete(Promise<T> done, Supplier<T> work) {
        T result;
        try {
            result = work.get();
        } catch (RuntimeException | Error fault) {
            done.fail(fault); // Of the disk, mostly.
            return;
        }
        done.complete(result);
    }

    /** Whether nothing waits; something may be under way. */
    boolean isIdle() {
        return thread.getQueue().isEmpty();
    }

    /** Does what waits, but for so long only. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_TIMEOUT_S, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
