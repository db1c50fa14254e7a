package io.forebay.gateway;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIGTERM and SIGINT: stop in order, then end with the exit code of the stop instead of the signal's. */
final class Termination {
    private static final Logger log = LoggerFactory.getLogger(Termination.class);

    private Termination() {}

    /** @param stop blocks until all is stopped; gives the exit code */
    static void onSignal(Callable<Integer> stop) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(run(stop)), "forebay-stop"));
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
