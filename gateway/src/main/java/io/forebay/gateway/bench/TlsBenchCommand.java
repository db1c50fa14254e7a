package io.forebay.gateway.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.OpenSSLEngineOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code forebay bench tls}: what a handshake costs, and an idle connection, with either TLS engine. */
@Command(
        name = "tls",
        description = {
            "Measures full TLS 1.3 handshakes with client certificates (ECDSA P-256, one CA) at a server in a process of its",
            "own, and the memory that an idle connection takes there: with BoringSSL and with the engine of the JDK."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TlsBenchCommand implements Callable<Integer> {
    private static final String MAIN = "io.forebay.gateway.Main";
    private static final List<String> FLAGS =
            List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Option(names = "--warm-up", defaultValue = "8", description = "seconds before it counts (${DEFAULT-VALUE})")
    private int warmUpSeconds;

    @Option(names = "--seconds", defaultValue = "8", description = "seconds that count (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--at-once", defaultValue = "16", description = "handshakes at a time (${DEFAULT-VALUE})")
    private int atOnce;

    @Option(names = "--idle", defaultValue = "2000", description = "idle connections (${DEFAULT-VALUE})")
    private int idle;

    /** A field, because Vert.x closes a client with all its sockets as soon as nobody holds it any more. */
    private NetClient client;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = ScratchDirectory.make("forebay-bench-tls-");
        BenchKeys keys = BenchKeys.make(directory);
        System.out.printf(
                "TLS 1.3, both sides with a certificate, no resumption; %d handshakes at a time, %d cores for server and"
                        + " clients together.%n%n",
                atOnce, Runtime.getRuntime().availableProcessors());
        System.out.printf(
                "%-24s %14s %24s %28s%n", "", "handshakes/s", "server CPU us/handshake", "KiB per idle connection");
        for (String engine : OpenSSLEngineOptions.isAvailable() ? List.of("openssl", "jdk") : List.of("jdk")) {
            measure(engine, directory, keys);
        }
        return 0;
    }

    @SuppressWarnings("try") // The server is there to be killed.
    private void measure(String engine, Path directory, BenchKeys keys) throws IOException, InterruptedException {
        int port = ChildJvm.freePort();
        Path output = directory.resolve(engine + ".log");
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
        try (ChildJvm server = ChildJvm.start(
                List.of(),
                MAIN,
                FLAGS,
                List.of("bench", "tls-server", "--engine", engine, "--port", "" + port, "--keys", "" + keys.store()),
                Map.of(BenchKeys.PASSWORD_VARIABLE, keys.password()),
                output)) {
            TlsServerState unusedStart = TlsServerState.await(output, PATIENCE, state -> true);
            client = client(vertx, keys);
            Rate unusedWarmUp = shakeHands(client, port, warmUpSeconds, output);
            Rate rate = shakeHands(client, port, seconds, output);
            TlsServerState before =
                    TlsServerState.await(output, PATIENCE, state -> state.settled() && state.open() == 0);
            hold(client, port);
            TlsServerState after =
                    TlsServerState.await(output, PATIENCE, state -> state.settled() && state.open() == idle);
            System.out.printf(
                    "%-24s %,14.0f %24.0f %15.1f heap + %.1f other%n",
                    engine.equals("openssl") ? "BoringSSL (tcnative)" : "JDK",
                    rate.perSecond(),
                    rate.cpuMicros(),
                    (double) (after.heapKiB() - before.heapKiB()) / idle,
                    (double) (after.residentKiB() - before.residentKiB()) / idle);
        } finally {
            boolean unused =
                    vertx.close().toCompletionStage().toCompletableFuture().isDone();
        }
    }

    private record Rate(double perSecond, double cpuMicros) {}

    /** Connects and closes, so many at a time. */
    private Rate shakeHands(NetClient client, int port, int howLongSeconds, Path output)
            throws IOException, InterruptedException {
        AtomicBoolean goOn = new AtomicBoolean(true);
        AtomicInteger running = new AtomicInteger(atOnce);
        TlsServerState before = TlsServerState.await(output, PATIENCE, state -> true);
        for (int i = 0; i < atOnce; i++) {
            shakeHands(client, port, goOn, running);
        }
        TimeUnit.SECONDS.sleep(howLongSeconds);
        TlsServerState after = TlsServerState.await(output, PATIENCE, state -> state.atMs() > before.atMs());
        goOn.set(false);
        while (running.get() > 0) {
            Thread.onSpinWait();
        }
        long handshakes = after.handshakes() - before.handshakes();
        if (handshakes == 0) {
            throw new IOException("No handshake succeeds: see " + output);
        }
        return new Rate(
                handshakes * 1_000.0 / (after.atMs() - before.atMs()),
                (double) (after.cpuMicros() - before.cpuMicros()) / handshakes);
    }

    private static void shakeHands(NetClient client, int port, AtomicBoolean goOn, AtomicInteger running) {
        client.connect(port, "localhost").compose(NetSocket::close).onComplete(done -> {
            if (goOn.get()) {
                shakeHands(client, port, goOn, running);
            } else {
                running.decrementAndGet();
            }
        });
    }

    private void hold(NetClient client, int port) {
        AtomicInteger next = new AtomicInteger(idle);
        for (int i = 0; i < atOnce; i++) {
            holdNext(client, port, next);
        }
    }

    private static void holdNext(NetClient client, int port, AtomicInteger next) {
        if (next.decrementAndGet() >= 0) {
            client.connect(port, "localhost").onComplete(done -> holdNext(client, port, next));
        }
    }

    private static NetClient client(Vertx vertx, BenchKeys keys) {
        NetClientOptions options = new NetClientOptions()
                .setSsl(true)
                .setKeyCertOptions(keys.options())
                .setTrustOptions(keys.options())
                .setHostnameVerificationAlgorithm("HTTPS");
        if (OpenSSLEngineOptions.isAvailable()) {
            options.setSslEngineOptions(new OpenSSLEngineOptions());
        }
        return vertx.createNetClient(options);
    }
}
