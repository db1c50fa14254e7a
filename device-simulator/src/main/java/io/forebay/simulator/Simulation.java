package io.forebay.simulator;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Runs a fleet against a broker and judges what comes out at the other end. */
public final class Simulation {
    private static final Duration PROGRESS_EVERY = Duration.ofMillis(200);

    private Simulation() {}

    /**
     * Runs to the end and waits for it, on an event loop of its own.
     *
     * @throws SimulationException if one of the two ends cannot be reached or refuses, or if the thread is interrupted
     */
    public static Report run(SimulationConfig config, ProgressListener listener) {
        return run(RunPlan.of(config), listener);
    }

    static Report run(RunPlan plan, ProgressListener listener) {
        try (EventLoop loop = new EventLoop()) {
            Proxies proxies = loop.call(() -> new Proxies(loop.vertx()));
            CompletableFuture<Void> listening = loop.start(() -> proxies.start(plan));
            while (!EventLoop.within(listening, PROGRESS_EVERY)) {
                // Listening takes no time, or fails.
            }
            SimulationRun run = loop.call(() -> new SimulationRun(loop.vertx(), proxies.detour(plan), proxies));
            CompletableFuture<Report> report = loop.start(run::start);
            while (!EventLoop.within(report, PROGRESS_EVERY)) {
                listener.onProgress(loop.call(run::progress));
            }
            listener.onProgress(loop.call(run::progress));
            return report.join();
        }
    }
}
