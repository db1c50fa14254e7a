package io.forebay.gateway.e2e;

import io.forebay.gateway.bench.ChildJvm;
import io.forebay.gateway.tls.TestPki;
import io.forebay.gateway.tls.TestPki.Identity;
import io.vertx.core.Vertx;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;

/**
 * Server certificate, CA of devices and CRL are replaced while devices publish over mTLS: nobody is disconnected but the
 * device that is revoked, nothing is lost, and who connects afterwards sees the new chain. For a person to run; arguments:
 * devices, messages a second of all, seconds.
 */
final class RotationDrill {
    private static final int RELOAD_S = 1;
    private static final int PATIENCE_S = 60;
    private static final String END = "end";

    /**
     * What came of it.
     *
     * @param reloadMs from the new files to the new chain
     * @param acknowledgeMs the longest wait for a PUBACK
     */
    record Figures(
            int devices,
            int published,
            int acknowledged,
            int arrived,
            int disconnected,
            boolean revokedIsCut,
            boolean revokedIsRefused,
            boolean newChainIsSeen,
            boolean oldChainIsGone,
            long reloadMs,
            long acknowledgeMs) {}

    private final Path directory;
    private final int devices;
    private final int ratePerSecond;
    private final int seconds;
    private final Identity devicesCa = TestPki.authority("devices 1");
    private final Identity serversCa = TestPki.authority("servers 1");
    private final Identity nextDevicesCa = TestPki.authority("devices 2");
    private final Identity nextServersCa = TestPki.authority("servers 2");
    private final Identity revoked = TestPki.device(devicesCa, "revoked");
    private int port;

    RotationDrill(Path directory, int devices, int ratePerSecond, int seconds) {
        this.directory = directory;
        this.devices = devices;
        this.ratePerSecond = ratePerSecond;
        this.seconds = seconds;
    }

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("forebay-rotation");
        try {
            Figures figures = new RotationDrill(
                            directory,
                            args.length > 0 ? Integer.parseInt(args[0]) : 1_000,
                            args.length > 1 ? Integer.parseInt(args[1]) : 1_000,
                            args.length > 2 ? Integer.parseInt(args[2]) : 20)
                    .run();
            System.out.println(figures.toString().replace(", ", "\n  ").replace("[", "\n  "));
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> delete(file));
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException inUse) {
            System.err.println("left behind: " + file);
        }
    }

    Figures run() throws Exception {
        write(TestPki.server(serversCa, "localhost"), serversCa, List.of(devicesCa));
        try (RunningGateway gateway = RunningGateway.start(directory.resolve("data"), config(), Map.of())) {
            port = Integer.parseInt(Files.readString(directory.resolve("port")));
            Set<String> arrived = ConcurrentHashMap.newKeySet();
            Thread consumer = consume(gateway.amqpPort, arrived);
            Vertx vertx = Vertx.vertx();
            try (RotationFleet fleet = new RotationFleet(vertx, port, serversCa)) {
                fleet.connect(devicesCa, devices);
                try (Socket doomed = connected(revoked, serversCa)) {
                    fleet.publish(ratePerSecond, seconds);
                    fleet.await(ratePerSecond * seconds / 3, PATIENCE_S + seconds); // There was load before it.
                    long reloadMs = rotate();
                    boolean cut = isCut(doomed);
                    boolean refused = !connects(revoked, nextServersCa);
                    boolean seen = connects(TestPki.device(nextDevicesCa, "new"), nextServersCa)
                            && connects(TestPki.device(devicesCa, "old"), nextServersCa);
                    boolean gone = !connects(TestPki.device(devicesCa, "old"), serversCa);
                    fleet.await(ratePerSecond * seconds, PATIENCE_S + seconds);
                    Set<String> acknowledged = fleet.acknowledged();
                    awaitArrival(arrived, acknowledged);
                    finish();
                    consumer.join(TimeUnit.SECONDS.toMillis(PATIENCE_S));
                    return new Figures(
                            devices,
                            fleet.published(),
                            acknowledged.size(),
                            inBoth(arrived, acknowledged),
                            fleet.disconnected(),
                            cut,
                            refused,
                            seen,
                            gone,
                            reloadMs,
                            fleet.longestWaitMs());
                }
            } finally {
                vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
            }
        }
    }

    private static void awaitArrival(Set<String> arrived, Set<String> acknowledged) throws InterruptedException {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!arrived.containsAll(acknowledged) && System.nanoTime() < giveUpAt) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** How many of those acknowledged have arrived. */
    private static int inBoth(Set<String> arrived, Set<String> acknowledged) {
        Set<String> both = new HashSet<>(acknowledged);
        both.retainAll(arrived);
        return both.size();
    }

    private Path config() throws IOException {
        int free = ChildJvm.freePort();
        Files.writeString(directory.resolve("port"), Integer.toString(free));
        return Files.writeString(
                directory.resolve("forebay.yaml"),
                String.join(
                        "\n",
                        "mqtt:",
                        "  tls:",
                        "    port: " + free,
                        "    certificate: " + directory.resolve("server.crt"),
                        "    key: " + directory.resolve("server.key"),
                        "    client-ca: " + directory.resolve("ca.crt"),
                        "    crl: " + directory.resolve("ca.crl"),
                        "    client-id: equals-identity",
                        "    reload-s: " + RELOAD_S));
    }

    private void write(Identity server, Identity above, List<Identity> clients, Identity... gone) throws IOException {
        TestPki.put(
                directory.resolve("ca.crl"),
                TestPki.pem(TestPki.crl(devicesCa, Instant.now().plus(Duration.ofDays(1)), gone)));
        TestPki.put(
                directory.resolve("ca.crt"),
                TestPki.pem(clients.stream().map(Identity::certificate).toArray(X509Certificate[]::new)));
        server.write(directory.resolve("server.crt"), directory.resolve("server.key"), above);
    }

    private long rotate() throws Exception {
        write(TestPki.server(nextServersCa, "localhost"), nextServersCa, List.of(devicesCa, nextDevicesCa), revoked);
        long began = System.nanoTime();
        Identity probe = TestPki.device(devicesCa, "probe");
        while (!connects(probe, nextServersCa)) {
            if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(PATIENCE_S)) {
                throw new AssertionError("the new chain is not served");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    private SSLSocket connected(Identity device, Identity trusted) throws IOException {
        SSLSocket socket = (SSLSocket)
                TestPki.client(device, trusted).getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_S * 1_000);
        String name = IdentityName.of(device);
        socket.getOutputStream().write(RotationFleet.connectPacket(name));
        byte[] connack = socket.getInputStream().readNBytes(4);
        if (connack.length < 4 || connack[3] != 0) {
            socket.close();
            throw new IOException("not accepted");
        }
        return socket;
    }

    private boolean connects(Identity device, Identity trusted) {
        try (SSLSocket socket = connected(device, trusted)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    private static boolean isCut(Socket doomed) {
        try {
            return doomed.getInputStream().read() < 0;
        } catch (SocketTimeoutException stillThere) {
            return false;
        } catch (IOException cut) {
            return true;
        }
    }

    /** A last message, at which the consumer ends. */
    private void finish() throws IOException {
        try (SSLSocket socket = connected(TestPki.device(devicesCa, "last"), nextServersCa)) {
            socket.getOutputStream().write(RotationFleet.publishPacket(1, END));
            socket.getInputStream().readNBytes(4);
        }
    }

    /** Takes what arrives, up to the message that says so. */
    private static Thread consume(int amqpPort, Set<String> arrived) {
        Thread thread = new Thread(
                () -> {
                    try (JmsConsumer consumer = new JmsConsumer(amqpPort, "uplink")) {
                        while (!arrived.contains(END)) {
                            arrived.add(new String(consumer.receive().payload(), StandardCharsets.US_ASCII));
                        }
                    } catch (JMSException fault) {
                        throw new IllegalStateException(fault);
                    }
                },
                "consumer");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** The common name that {@link TestPki} gave. */
    private static final class IdentityName {
        static String of(Identity device) {
            String subject = device.certificate().getSubjectX500Principal().getName();
            return subject.substring(subject.indexOf("CN=") + 3).split(",", 2)[0];
        }
    }
}
