package io.forebay.simulator;

/** Is told a few times per second how a run goes, on the thread that called {@link Simulation#run}. */
@FunctionalInterface
public interface ProgressListener {
    ProgressListener SILENT = progress -> {};

    void onProgress(Progress progress);
}
