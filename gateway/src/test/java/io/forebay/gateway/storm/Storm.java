package io.forebay.gateway.storm;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A fleet that connects at once, and again. Owned by its event loop; the methods are called by one thread that is another.
 */
final class Storm implements AutoCloseable {
    /** @param failed why, and how often */
    record Result(int connected, Map<String, Integer> failed, double seconds, Latencies.Summary waited) {
        @Override
        public String toString() {
            return "%,d connected in %.1f s, failed %s, to CONNACK of %s".formatted(connected, seconds, failed, waited);
        }
    }

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    private final Context context = vertx.getOrCreateContext();
    private final List<NetClient> clients = new ArrayList<>();
    private final ConnectOptions to;
    private final int devices;
    private final List<TinyDevice> connected = new ArrayList<>();

    /** @param sources local addresses: one has some 28 000 ports */
    Storm(Target target, int devices, List<String> sources) {
        this.devices = devices;
        this.to = target.connect();
        sources.forEach(source -> clients.add(vertx.createNetClient(target.client(source))));
    }

    /** All at once; returns when each of them is connected or has failed. */
    Result connect() {
        CompletableFuture<Result> done = new CompletableFuture<>();
        context.runOnContext(turn -> connectAll(done));
        return done.orTimeout(5, TimeUnit.MINUTES).join();
    }

    private void connectAll(CompletableFuture<Result> done) {
        Latencies latencies = new Latencies();
        Map<String, Integer> failed = new TreeMap<>();
        long startNanos = System.nanoTime();
        List<Future<TinyDevice>> all = new ArrayList<>();
        for (int i = 0; i < devices; i++) {
            all.add(TinyDevice.connect(clients.get(i % clients.size()), to, "storm-" + i)
                    .onSuccess(device -> {
                        connected.add(device);
                        latencies.add(System.nanoTime() - startNanos);
                    })
                    .onFailure(fault -> failed.merge(String.valueOf(fault.getMessage()), 1, Integer::sum)));
        }
        Future.join(all)
                .onComplete(over -> done.complete(new Result(
                        connected.size(), failed, (System.nanoTime() - startNanos) / 1e9, latencies.take())));
    }

    /** Without a word, all at once. */
    void drop() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(
                turn -> Future.join(connected.stream().map(TinyDevice::close).toList())
                        .onComplete(over -> {
                            connected.clear();
                            done.complete(null);
                        }));
        done.orTimeout(1, TimeUnit.MINUTES).join();
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
