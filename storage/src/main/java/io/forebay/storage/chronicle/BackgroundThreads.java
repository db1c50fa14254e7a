package io.forebay.storage.chronicle;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** How the log makes and ends its background threads. No state. */
final class BackgroundThreads {
    private static final long END_SECONDS = 30;

    private BackgroundThreads() {}

    static ScheduledExecutorService one(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        return executor;
    }

    /** What was submitted without delay is still done; what is planned for later is not. */
    static void end(ScheduledExecutorService executor) {
        executor.shutdown();
        boolean interrupted = false;
        try {
            if (!executor.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("A background thread of the log does not end");
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
