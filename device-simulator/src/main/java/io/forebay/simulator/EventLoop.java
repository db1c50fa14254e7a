package io.forebay.simulator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A Vert.x with one event loop, seen from the thread that waits for what goes on there. Owned by that thread, which must
 * not be an event loop.
 */
final class EventLoop implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(10);

    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(2)
            .setPreferNativeTransport(true));
    private final Context context = vertx.getOrCreateContext();

    Vertx vertx() {
        return vertx;
    }

    /** Starts something on the loop. */
    <T> CompletableFuture<T> start(Callable<Future<T>> action) {
        CompletableFuture<T> waiting = new CompletableFuture<>();
        context.runOnContext(ignored -> {
            try {
                action.call().onSuccess(waiting::complete).onFailure(waiting::completeExceptionally);
            } catch (Exception e) {
                waiting.completeExceptionally(e);
            }
        });
        return waiting;
    }

    /** Runs an action on the loop and waits for what it returns. */
    @CanIgnoreReturnValue
    <T> T call(Callable<T> action) {
        CompletableFuture<T> waiting = start(() -> Future.succeededFuture(action.call()));
        while (!within(waiting, CLOSE)) {
            Thread.onSpinWait();
        }
        return waiting.join();
    }

    /**
     * Waits for the end, but not longer than {@code atMost}.
     *
     * @return whether it came
     * @throws SimulationException if it came as a failure, or if the thread was interrupted
     */
    static boolean within(CompletableFuture<?> waiting, Duration atMost) {
        try {
            waiting.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException goesOn) {
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SimulationException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SimulationException("The run was interrupted.", e);
        }
    }

    @Override
    public void close() {
        if (!within(vertx.close().toCompletionStage().toCompletableFuture(), CLOSE)) {
            throw new IllegalStateException("the event loop does not end");
        }
    }
}
