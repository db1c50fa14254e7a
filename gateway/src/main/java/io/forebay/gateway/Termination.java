package io.forebay.gateway;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIGTERM and SIGINT: stop in order, then end with the exit code of the stop instead of the signal's. */
final class Termination {
    private static final Logger log = LoggerFactory.getLogger(Termination.class);

    private final AtomicBoolean armed = new AtomicBoolean(true);

    private Termination() {}

    /** @param stop blocks until all is stopped; gives the exit code */
    @CanIgnoreReturnValue
    static Termination onSignal(Callable<Integer> stop) {
        Termination termination = new Termination();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> termination.end(stop), "forebay-stop"));
        return termination;
    }

    /** The process ends by itself, with an exit code of its own. */
    void disarm() {
        armed.set(false);
    }

    private void end(Callable<Integer> stop) {
        if (armed.get()) {
            Runtime.getRuntime().halt(run(stop));
        }
    }

    /** Ends the process, not in order, if it is still there after the grace period. */
    static void haltAfter(int graceSeconds) {
        Thread watch = new Thread(
                () -> {
                    try {
                        TimeUnit.SECONDS.sleep(graceSeconds);
                    } catch (InterruptedException neverMind) {
                        Thread.currentThread().interrupt();
                    }
                    log.error("The stop took longer than shutdown-grace-s, {} s: the process ends now", graceSeconds);
                    Runtime.getRuntime().halt(Main.EXIT_FAILED);
                },
                "forebay-grace");
        watch.setDaemon(true);
        watch.start();
    }

    private static int run(Callable<Integer> stop) {
        try {
            return stop.call();
        } catch (Exception fault) {
            log.error("The stop was not clean: {}", fault.getMessage());
            return Main.EXIT_FAILED;
        }
    }
}
