package io.forebay.bridge;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.bridge.ReplayStatus.State;
import io.forebay.storage.MessageLog;
import io.forebay.storage.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replay, or the count of what it would send. Any thread may ask it; it works on a thread of its own: a {@link Bridge}
 * with a connection and limits of its own carries what a {@link ReplayView} shows of the log. So it waits for a broker that
 * is away, keeps lanes in order, and takes nothing from live messages but disk, processor and network, which its rate
 * bounds.
 */
final class Replay {
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
    private static final long TELL_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** A count may take a third of a processor: so long it works, so long it rests. */
    private static final long COUNT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private final String id;
    private final ReplayRequest request;
    private final ReplayScan scan;
    private final ReplayView view;
    private final ReplayRejections rejections = new ReplayRejections();
    private final Bridge bridge;
    private final Consumer<Replay> onEnded;
    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
    private final long startedAtMs = System.currentTimeMillis();
    private volatile long endedAtMs;
    private volatile String failure = "";
    private long toldAtNanos = System.nanoTime();

    /** Throws IllegalArgumentException if what is wanted does not fit the configuration. */
    Replay(
            String id,
            ReplayRequest request,
            MessageLog log,
            BridgeConfig live,
            ReplayConfig limits,
            Consumer<Replay> onEnded) {
        this.id = id;
        this.request = request;
        this.onEnded = onEnded;
        ReplayFilter filter = new ReplayFilter(request.selection(), live.routes());
        BridgeConfig config = ReplayBridge.config(id, request, live, limits);
        scan = new ReplayScan(log, request.selection(), filter);
        int rate = request.ratePerSecond() == 0 ? limits.ratePerSecond() : request.ratePerSecond();
        view = new ReplayView(log, scan, rate, limits, System::nanoTime, this::onProgress);
        bridge = new Bridge(
                view,
                rejections,
                SequenceStore.NONE,
                config,
                new SimpleMeterRegistry(),
                request.target() + ", replay=" + id);
    }

    void start() {
        LOG.info("A replay begins [replay={}, dryRun={}, what={}]", id, request.dryRun(), request);
        if (scan.isAtEnd()) {
            end(State.DONE);
        } else if (request.dryRun()) {
            Thread counting = new Thread(this::count, "forebay-replay");
            counting.setDaemon(true);
            counting.start();
        } else {
            bridge.start().onFailure(this::fail).onSuccess(started -> stopIfEnded());
        }
    }

    /** It was cancelled before there was anything to stop. */
    private void stopIfEnded() {
        if (!isRunning()) {
            bridge.stop().onFailure(this::fail);
        }
    }

    private void count() {
        try {
            while (state.get() == State.RUNNING && !scan.isAtEnd()) {
                long until = System.nanoTime() + COUNT_NANOS;
                boolean more = true;
                while (more) {
                    boolean found = scan.next(COUNT_NANOS); // The scan counts what it finds.
                    more = found && System.nanoTime() - until < 0;
                }
                LockSupport.parkNanos(this, REST_NANOS);
            }
            end(State.DONE);
        } catch (RuntimeException | Error fault) {
            fail(fault);
        } finally {
            scan.close();
        }
    }

    private void fail(Throwable fault) {
        failure = String.valueOf(fault.getMessage() == null ? fault : fault.getMessage());
        LOG.warn("A replay has failed [replay={}]", id, fault);
        end(State.FAILED);
    }

    /** On the bridge's thread. */
    private void onProgress() {
        if (view.isDone()) {
            end(State.DONE);
        } else if (System.nanoTime() - toldAtNanos > TELL_EVERY_NANOS) {
            toldAtNanos = System.nanoTime();
            LOG.info(
                    "A replay goes on [replay={}, settled={}, position={}]",
                    id,
                    view.settled(),
                    Position.text(view.forgotten()));
        }
    }

    /** @return succeeds when it has ended, with that or before */
    @CanIgnoreReturnValue
    Future<Void> end(State how) {
        if (!state.compareAndSet(State.RUNNING, how)) {
            return Future.succeededFuture();
        }
        return bridge.stop().onComplete(stopped -> {
            if (!request.dryRun()) {
                scan.close();
            }
            ReplayStatus status = status();
            LOG.info(
                    "A replay has ended [replay={}, how={}, selected={}, settled={}, rejected={}, position={}]",
                    id,
                    how,
                    status.selected(),
                    status.settled(),
                    status.rejected(),
                    Position.text(status.position()));
            onEnded.accept(this);
            endedAtMs = System.currentTimeMillis();
        });
    }

    String id() {
        return id;
    }

    boolean isRunning() {
        return state.get() == State.RUNNING;
    }

    ReplayStatus status() {
        ReplayScan.Counts counts = scan.counts();
        return new ReplayStatus(
                id,
                state.get(),
                request,
                counts.selected(),
                counts.bytes(),
                counts.oldestMs(),
                counts.newestMs(),
                view.settled(),
                rejections.messages(),
                request.dryRun() ? scan.position() : view.forgotten(),
                scan.end(),
                scan.beginsAt(),
                counts.gaps(),
                trouble(),
                startedAtMs,
                endedAtMs);
    }

    private String trouble() {
        BridgeStatus status = bridge.status();
        if (!failure.isEmpty() || request.dryRun() || !isRunning()) {
            return failure;
        }
        if (!status.connected()) {
            return "the broker is not connected" + (status.lastFault().isEmpty() ? "" : ": " + status.lastFault());
        }
        return status.refusedAddresses().stream()
                .findFirst()
                .map(refused -> "the broker does not take " + refused)
                .orElse("");
    }
}
