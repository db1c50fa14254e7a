package io.forebay.simulator.chaos;

import io.forebay.simulator.scenario.FaultSpec;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Breaks what a scenario says, when it says so, and mends it again. Owned by the event loop of the run. */
public final class Faults {
    /** Who is told. */
    public interface Listener {
        /** Something is being broken, for so long. */
        void onBroken(FaultSpec fault);

        /** Breaking or mending itself went wrong. */
        void onFailed(String sentence);
    }

    private static final int FILLERS_MAX = 8;

    private final Vertx vertx;
    private final List<FaultSpec> faults;
    private final Map<String, TcpProxy> proxies;
    private final Listener listener;
    private final List<Long> timers = new ArrayList<>();
    private final Map<FaultSpec, Runnable> broken = new HashMap<>();
    private final Context context;
    /** Filling a disk lasts as long as the fault: it must neither wait for others nor be taken for a hanging thread. */
    private final WorkerExecutor fillers;

    /** @param proxies by the name that faults use */
    public Faults(Vertx vertx, List<FaultSpec> faults, Map<String, TcpProxy> proxies, Listener listener) {
        this.vertx = vertx;
        this.faults = faults;
        this.proxies = proxies;
        this.listener = listener;
        context = vertx.getOrCreateContext();
        int disks = (int) faults.stream()
                .filter(fault -> fault.kind() == FaultSpec.Kind.FILL_DISK)
                .count();
        fillers = vertx.createSharedWorkerExecutor(
                "forebay-disk-filler", Math.min(FILLERS_MAX, Math.max(1, disks)), Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    /** The time of the scenario begins now. */
    public void begin() {
        faults.forEach(fault -> after(fault.at(), () -> breakIt(fault)));
    }

    private void after(Duration time, Runnable action) {
        timers.add(vertx.setTimer(Math.max(1, time.toMillis()), id -> action.run()));
    }

    private void breakIt(FaultSpec fault) {
        listener.onBroken(fault);
        switch (fault.kind()) {
            case CUT, BLACK_HOLE, DELAY, RATE -> {
                TcpProxy proxy = proxies.get(fault.on());
                proxy.add(fault);
                broken.put(fault, () -> proxy.remove(fault));
            }
            case COMMAND -> {
                run(fault.run());
                broken.put(fault, () -> run(fault.undo()));
            }
            case FILL_DISK -> fill(fault);
        }
        after(fault.length(), () -> mend(fault));
    }

    private void mend(FaultSpec fault) {
        Runnable remedy = broken.remove(fault);
        if (remedy != null) {
            remedy.run();
        }
    }

    private void fill(FaultSpec fault) {
        DiskFiller filler = new DiskFiller(Path.of(fault.run()), fault.amount());
        broken.put(fault, filler::stop);
        fillers.executeBlocking(filler::fill, false)
                .onFailure(failure ->
                        listener.onFailed("the disk of " + fault.run() + " was not filled: " + reason(failure)));
    }

    private static String reason(Throwable failure) {
        return failure instanceof NoSuchFileException ? "there is no such directory" : failure.getMessage();
    }

    private void run(String command) {
        if (command.isEmpty()) {
            return;
        }
        try {
            Process process = new ProcessBuilder("sh", "-c", command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Consumer<Process> ended = over -> {
                if (over.exitValue() != 0) {
                    listener.onFailed("the command '" + command + "' ended with exit code " + over.exitValue());
                }
            };
            Future.fromCompletionStage(process.onExit(), context)
                    .onSuccess(ended::accept)
                    .onFailure(failure -> listener.onFailed("the command '" + command + "' was lost: " + failure));
        } catch (IOException impossible) {
            listener.onFailed("the command '" + command + "' could not be run: " + impossible.getMessage());
        }
    }

    /** Mends everything at once. Nothing is broken any more from now on. */
    public void end() {
        timers.forEach(vertx::cancelTimer);
        List.copyOf(broken.keySet()).forEach(this::mend);
    }
}
