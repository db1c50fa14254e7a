package io.forebay.gateway.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The server that {@code bench tls} measures: shakes hands, says how it is, until it is killed. */
@Command(name = "tls-server", hidden = true)
final class TlsServerCommand implements Callable<Integer> {
    private static final long EVERY_MS = 250;
    private static final Path STATUS = Path.of("/proc/self/status");

    @Option(names = "--engine", required = true)
    private String engine;

    @Option(names = "--port", required = true)
    private int port;

    @Option(names = "--keys", required = true)
    private Path keys;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong handshakes = new AtomicLong();

    @Override
    public Integer call() throws InterruptedException, IOException {
        PfxOptions store = new BenchKeys(keys, System.getenv(BenchKeys.PASSWORD_VARIABLE)).options();
        NetServerOptions options = new NetServerOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setSsl(true)
                .setSslEngineOptions(engine.equals("openssl") ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions())
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setClientAuth(ClientAuth.REQUIRED)
                .setKeyCertOptions(store)
                .setTrustOptions(store);
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        vertx.createNetServer(options).connectHandler(this::onSocket).listen().onFailure(fault -> {
            System.out.println(fault.getMessage());
            System.exit(1);
        });
        tellForEver();
        return 0;
    }

    private void onSocket(NetSocket socket) {
        handshakes.incrementAndGet();
        open.incrementAndGet();
        socket.closeHandler(closed -> open.decrementAndGet());
        socket.exceptionHandler(fault -> {}); // The close follows.
    }

    private void tellForEver() throws InterruptedException, IOException {
        long handshakesBefore = -1;
        int openBefore = -1;
        while (true) {
            boolean settled = handshakes.get() == handshakesBefore && open.get() == openBefore;
            handshakesBefore = handshakes.get();
            openBefore = open.get();
            if (settled) {
                System.gc();
            }
            System.out.println(state(settled).line());
            TimeUnit.MILLISECONDS.sleep(EVERY_MS);
        }
    }

    private TlsServerState state(boolean settled) throws IOException {
        Runtime runtime = Runtime.getRuntime();
        return new TlsServerState(
                System.currentTimeMillis(),
                open.get(),
                handshakes.get(),
                ProcessHandle.current()
                                .info()
                                .totalCpuDuration()
                                .orElse(Duration.ZERO)
                                .toNanos()
                        / 1_000,
                (runtime.totalMemory() - runtime.freeMemory()) >> 10,
                residentKiB(),
                settled);
    }

    private static long residentKiB() throws IOException {
        if (!Files.isReadable(STATUS)) {
            return 0; // Not Linux.
        }
        return Files.readAllLines(STATUS, StandardCharsets.US_ASCII).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
