package io.forebay.gateway.e2e;

import io.forebay.bridge.StateQuarantine;
import io.forebay.gateway.Gateway;
import io.forebay.gateway.bench.ChildJvm;
import io.forebay.gateway.config.GatewayConfig;
import io.forebay.gateway.session.Delivery;
import io.forebay.gateway.session.SessionHold;
import io.forebay.gateway.session.SessionLoop;
import io.forebay.gateway.session.SessionRequest;
import io.forebay.gateway.session.Subscriber;
import io.forebay.gateway.session.Subscription;
import io.forebay.storage.Message;
import io.forebay.storage.MessageLog;
import io.forebay.storage.chronicle.ChronicleMessageLog;
import io.forebay.storage.state.RocksStateStore;
import io.forebay.storage.state.StateConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How long a whole gateway takes to start with many sleeping devices on its disk, until one of them is answered with Session
 * Present, and what it has on the heap then. For a person to run; arguments: sessions, messages for each, heap as in
 * {@code -Xmx2g}.
 */
final class RestoreBenchmark {
    private static final int SUBSCRIPTIONS_EACH = 10;
    private static final int AT_ONCE = 2_000;
    private static final long EXPIRY_S = 86_400;
    private static final long PATIENCE_S = 300;

    private RestoreBenchmark() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("start")) {
            start(Path.of(args[1]), args[2], args[3]);
            return;
        }
        int sessions = Integer.parseInt(args[0]);
        int messagesEach = Integer.parseInt(args[1]);
        Path directory = Files.createTempDirectory("forebay-restore");
        try {
            fill(directory, sessions, messagesEach);
            for (String how : List.of("stop", "kill", "kill", "stop", "stop")) {
                startInChild(directory, device(sessions / 2), how, List.of(args).subList(2, args.length));
            }
        } finally {
            delete(directory);
        }
    }

    private static String device(int number) {
        return "device-0000-0000-" + number;
    }

    private static GatewayConfig config(Path directory) throws IOException {
        Map<String, String> settings = Map.of(
                "FOREBAY_LOG_SEGMENT_SIZE", "128 MiB",
                "FOREBAY_AMQP_HOST", "127.0.0.1",
                "FOREBAY_AMQP_PORT", "1");
        return GatewayConfig.load(
                RunningGateway.environment(directory, ChildJvm.freePort(), 1, ChildJvm.freePort(), settings));
    }

    // ---- fill ----

    private static void fill(Path directory, int sessions, int messagesEach) throws Exception {
        Vertx vertx = Vertx.vertx();
        Context context = vertx.getOrCreateContext();
        GatewayConfig config = config(directory);
        MessageLog log = ChronicleMessageLog.open(config.log(), new SimpleMeterRegistry(), RestoreBenchmark::fail);
        List<String> tables = Stream.concat(SessionLoop.TABLES.stream(), Stream.of(StateQuarantine.TABLE))
                .toList();
        try (log;
                RocksStateStore store = RocksStateStore.open(directory.resolve("state"), tables, StateConfig.DEFAULT);
                SessionLoop loop = new SessionLoop(
                        log,
                        store,
                        config.sessions(),
                        new SimpleMeterRegistry(),
                        topic -> true,
                        System::currentTimeMillis,
                        RestoreBenchmark::fail)) {
            loop.start();
            long began = System.nanoTime();
            inParts(context, sessions, i -> session(log, loop, device(i)));
            for (int round = 0; round < messagesEach; round++) {
                int filter = round % SUBSCRIPTIONS_EACH;
                inParts(context, sessions, i -> log.append(message(device(i), filter)));
            }
            while (loop.status().lagRecords() > 0) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            System.out.printf("filled in %.1f s: %s%n", seconds(began), loop.status());
        }
        await(vertx.close());
    }

    private static void fail(Throwable cause) {
        throw new AssertionError(cause);
    }

    private static void inParts(Context context, int count, IntFunction<Future<?>> each) throws Exception {
        for (int i = 0; i < count; i += AT_ONCE) {
            int from = i;
            int to = Math.min(count, i + AT_ONCE);
            Supplier<Future<?>> part =
                    () -> Future.all(IntStream.range(from, to).mapToObj(each).toList());
            Promise<Object> done = Promise.promise();
            context.runOnContext(nothing -> part.get().onSuccess(done::complete).onFailure(done::fail));
            Object unused = await(done.future());
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    private static Future<?> session(MessageLog log, SessionLoop loop, String clientId) {
        List<Subscription> filters = new ArrayList<>();
        for (int k = 0; k < SUBSCRIPTIONS_EACH; k++) {
            filters.add(new Subscription("plant/" + clientId + "/" + k + "/+", 1, false, false, 0, 0));
        }
        return log.openSession(clientId, true, EXPIRY_S)
                .compose(known -> loop.open(new SessionRequest(clientId, true, EXPIRY_S, 10, null, 0), new Nobody()))
                .compose(opened -> opened.hold().subscribe(filters).compose(granted -> opened.hold()
                        .close(EXPIRY_S, SessionHold.WillFate.DISCARD)))
                .compose(closed -> log.closeSession(clientId, EXPIRY_S));
    }

    private static Message message(String clientId, int filter) {
        return new Message(
                System.currentTimeMillis(),
                "publisher",
                "plant/" + clientId + "/" + filter + "/set",
                1,
                false,
                false,
                5,
                1,
                new byte[0],
                new byte[100]);
    }

    private static final class Nobody implements Subscriber {
        @Override
        public void deliver(List<Delivery> deliveries) {}

        @Override
        public void overrun(String sentence) {}
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException cause) {
                    throw new UncheckedIOException(cause);
                }
            });
        }
    }

    // ---- start ----

    /** @param how the child ends, so the next one starts after that */
    private static void startInChild(Path directory, String device, String how, List<String> jvmFlags)
            throws Exception {
        Path output = directory.resolve("output");
        Files.deleteIfExists(output);
        try (ChildJvm child = ChildJvm.start(
                List.of(),
                RestoreBenchmark.class.getName(),
                jvmFlags,
                List.of("start", directory.toString(), device, how),
                Map.of(),
                output)) {
            while (child.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
        try (Stream<String> lines = Files.lines(output)) {
            lines.filter(line -> line.startsWith("#")
                            || line.contains("Sessions are restored")
                            || line.contains("Exception")
                            || line.contains("ERROR"))
                    .forEach(System.out::println);
        }
    }

    private static void start(Path directory, String device, String how) throws Exception {
        GatewayConfig config = config(directory);
        Thread.setDefaultUncaughtExceptionHandler((thread, bug) -> bug.printStackTrace());
        long began = System.nanoTime();
        Gateway gateway = Gateway.start(config, RestoreBenchmark::fail);
        double started = seconds(began);
        int port = config.mqtt().listeners().get(0).port();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            boolean present = connect(socket, device);
            System.out.printf(
                    "# started in %.2f s, CONNACK after %.2f s, of a JVM's %.2f s [present=%s, heap after GC=%,d MiB,"
                            + " heap max=%,d MiB], then %s%n",
                    started,
                    seconds(began),
                    ManagementFactory.getRuntimeMXBean().getUptime() / 1e3,
                    present,
                    used() >> 20,
                    Runtime.getRuntime().maxMemory() >> 20,
                    how);
        }
        System.out.flush();
        if (how.equals("kill")) {
            Runtime.getRuntime().halt(137);
        }
        began = System.nanoTime();
        boolean clean = gateway.stop();
        System.out.printf("# stopped in %.2f s, in order: %s%n", seconds(began), clean);
        System.exit(0);
    }

    /** MQTT 3.1.1 without Clean Session. @return whether its session is present */
    private static boolean connect(Socket socket, String device) throws IOException {
        byte[] clientId = device.getBytes(StandardCharsets.UTF_8);
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.write(new byte[] {0x10, (byte) (12 + clientId.length), 0, 4, 'M', 'Q', 'T', 'T', 4, 0, 0, 0});
        out.writeShort(clientId.length);
        out.write(clientId);
        out.flush();
        byte[] connack = new DataInputStream(socket.getInputStream()).readNBytes(4);
        return connack[2] == 1 && connack[3] == 0;
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
