package io.forebay.gateway.security;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A few threads, forebay-passwords, that compute what is too dear for an event loop, with a bounded queue before them. Any
 * thread.
 */
public final class HashPool implements AutoCloseable {
    private final ThreadPoolExecutor threads;
    private final long waitMaxNanos;

    /**
     * @param queueMax how many may wait; a further one is refused
     * @param waitMaxMs who has waited longer has gone, or will ask again: for it nothing is computed any more
     */
    public HashPool(int threadsMax, int queueMax, long waitMaxMs) {
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                threadsMax, threadsMax, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(queueMax), work -> {
                    Thread thread = new Thread(work, "forebay-passwords-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        waitMaxNanos = TimeUnit.MILLISECONDS.toNanos(waitMaxMs);
    }

    /** How many wait. */
    public int waiting() {
        return threads.getQueue().size();
    }

    /** @return succeeds on another thread */
    Future<Verdict> submit(Supplier<Verdict> work) {
        Job job = new Job(work, System.nanoTime());
        try {
            threads.execute(job);
        } catch (RejectedExecutionException full) {
            job.giveUp("too many passwords wait to be checked");
        }
        return job.done.future();
    }

    @Override
    public void close() {
        threads.shutdownNow().forEach(job -> ((Job) job).giveUp("the gateway stops"));
    }

    private final class Job implements Runnable {
        private final Supplier<Verdict> work;
        private final long since;
        private final Promise<Verdict> done = Promise.promise();

        Job(Supplier<Verdict> work, long since) {
            this.work = work;
            this.since = since;
        }

        @Override
        public void run() {
            if (System.nanoTime() - since > waitMaxNanos) {
                giveUp("the password has waited too long to be checked");
                return;
            }
            try {
                done.complete(work.get());
            } catch (RuntimeException bug) {
                done.fail(bug);
            }
        }

        void giveUp(String sentence) {
            done.complete(Verdict.unavailable(sentence));
        }
    }
}
