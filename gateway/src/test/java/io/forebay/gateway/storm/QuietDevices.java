package io.forebay.gateway.storm;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Devices that are connected and publish now and then at QoS 1, and how long they wait for PUBACK, counted from when the
 * message was due. Owned by its event loop; the methods are called by one thread that is another.
 */
final class QuietDevices implements AutoCloseable {
    private static final int IN_FLIGHT_MAX = 1_024;

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    private final Context context = vertx.getOrCreateContext();
    private final Latencies latencies = new Latencies();
    /** A field, because Vert.x closes a client with all its sockets as soon as nobody holds it any more. */
    private NetClient client;

    private int lost;

    /** Connects them, and lets each publish once in so many milliseconds. */
    static QuietDevices start(Target target, int devices, int everyMs) {
        QuietDevices quiet = new QuietDevices();
        quiet.client = quiet.vertx.createNetClient(target.client("127.0.0.1"));
        quiet.onLoop(() -> {
            List<Future<TinyDevice>> connected = new ArrayList<>();
            for (int i = 0; i < devices; i++) {
                connected.add(TinyDevice.connect(quiet.client, target.connect(), "quiet-" + i));
            }
            return Future.all(connected).map(all -> {
                for (int i = 0; i < devices; i++) {
                    quiet.begin(connected.get(i).result(), "quiet/" + i, everyMs, i * everyMs / devices);
                }
                return null;
            });
        });
        return quiet;
    }

    private void begin(TinyDevice device, String topic, int everyMs, int delayMs) {
        long[] dueNanos = new long[IN_FLIGHT_MAX + 1];
        int[] next = {0};
        long everyNanos = TimeUnit.MILLISECONDS.toNanos(everyMs);
        long startNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMs);
        long[] published = {0};
        device.onPuback(packetId -> {
            latencies.add(System.nanoTime() - dueNanos[packetId]);
        });
        device.onLost(() -> lost++);
        long unused = vertx.setPeriodic(Math.max(1, delayMs), Math.max(1, everyMs / 4), timer -> {
            // By the clock, not by the timer: a timer that is late owes what was due meanwhile.
            while (startNanos + published[0] * everyNanos <= System.nanoTime()) {
                next[0] = next[0] % IN_FLIGHT_MAX + 1;
                dueNanos[next[0]] = startNanos + published[0]++ * everyNanos;
                device.publish(topic, next[0]);
            }
        });
    }

    /** What has come since the last time. */
    Latencies.Summary take() {
        return onLoop(() -> Future.succeededFuture(latencies.take()));
    }

    int lost() {
        return onLoop(() -> Future.succeededFuture(lost));
    }

    private <T> T onLoop(java.util.function.Supplier<Future<T>> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        context.runOnContext(turn -> work.get().onComplete(result -> {
            if (result.succeeded()) {
                done.complete(result.result());
            } else {
                done.completeExceptionally(result.cause());
            }
        }));
        return done.orTimeout(2, TimeUnit.MINUTES).join();
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}
