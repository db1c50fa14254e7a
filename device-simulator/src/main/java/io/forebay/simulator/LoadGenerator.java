package io.forebay.simulator;

import io.forebay.simulator.scenario.ConnectionSpec;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The cheapest QoS 1 publisher that still counts every PUBACK: for benchmarks, where what the load costs is missing to what
 * is measured. Everything but {@link #run} is owned by the event loop of the load.
 */
public final class LoadGenerator {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long ACCEPT_MS = 10_000;
    private static final long QUIET_MS = 5_000;
    private static final long QUIET_CHECK_MS = 20;

    private final Vertx vertx;
    // A field, because Vert.x closes a client with all its sockets as soon as nobody holds it any more.
    private final NetClient net;
    private final LoadConfig config;
    private final String name = String.format("%08x", new SecureRandom().nextInt());
    private final LoadMeter meter = new LoadMeter();
    private final List<LoadConnection> connections = new ArrayList<>();
    private final Promise<LoadResult> result = Promise.promise();

    private LoadGenerator(Vertx vertx, LoadConfig config) {
        this.vertx = vertx;
        this.config = config;
        net = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    }

    /**
     * Publishes for warm-up and duration and waits for it, on an event loop of its own.
     *
     * @throws SimulationException if a connection is refused or breaks
     */
    public static LoadResult run(LoadConfig config) {
        try (EventLoop loop = new EventLoop()) {
            CompletableFuture<LoadResult> result = loop.start(() -> new LoadGenerator(loop.vertx(), config).start());
            while (!EventLoop.within(result, PATIENCE)) {
                // Goes on by itself: every phase has an end.
            }
            return result.join();
        }
    }

    private Future<LoadResult> start() {
        Future<Void> connected = Future.succeededFuture();
        for (int number = 0; number < config.connections(); number++) {
            int connection = number;
            connected = connected.compose(previous -> connect(connection));
        }
        connected.onSuccess(all -> publish()).onFailure(this::fail);
        return result.future();
    }

    private Future<Void> connect(int number) {
        MqttTarget target = config.target();
        ConnectionSpec spec = ConnectionSpec.DEFAULT.with(
                ConnectionSpec.Version.V3_1_1,
                target.credentials().user(),
                target.credentials().password(),
                ConnectionSpec.Transport.TCP);
        MqttMessage connect = MqttPackets.connect(spec, number, "load-" + name + "-" + number, true, "");
        List<PublishTemplate> templates = new ArrayList<>();
        for (int topic = 0; topic < config.topicsPerConnection(); topic++) {
            templates.add(PublishTemplate.of("load/" + number + "/" + topic, config.payloadBytes()));
        }
        return net.connect(target.port(), target.host())
                .compose(socket -> {
                    LoadConnection connection = LoadConnection.open(
                            socket, PublishTemplate.encode(connect), templates, config.window(), meter);
                    connections.add(connection);
                    connection
                            .lost()
                            .onSuccess(reason -> fail(new SimulationException(
                                    "The load broke off: the MQTT broker at " + target + ": " + reason + ".")));
                    return connection.accepted().timeout(ACCEPT_MS, TimeUnit.MILLISECONDS);
                })
                .recover(failure -> Future.failedFuture(ConnectFailure.of("the MQTT broker at " + target, failure)));
    }

    private void publish() {
        connections.forEach(LoadConnection::begin);
        vertx.setTimer(Math.max(1, config.warmUp().toMillis()), warm -> {
            meter.startCounting();
            vertx.setTimer(config.duration().toMillis(), over -> {
                meter.stop();
                long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(QUIET_MS);
                vertx.setPeriodic(QUIET_CHECK_MS, id -> endWhenQuiet(id, deadlineNanos));
            });
        });
    }

    /** What is under way is still counted for the totals: a consumer that counts arrivals has to know them exactly. */
    private void endWhenQuiet(long timer, long deadlineNanos) {
        if (meter.quiet() || System.nanoTime() > deadlineNanos) {
            vertx.cancelTimer(timer);
            result.tryComplete(meter.result());
            connections.forEach(LoadConnection::close);
        }
    }

    private void fail(Throwable failure) {
        if (result.tryFail(failure)) {
            connections.forEach(LoadConnection::close);
        }
    }
}
