package io.forebay.storage.chronicle;

import io.forebay.storage.LogConfig;
import io.forebay.storage.LogCursor;
import io.forebay.storage.Message;
import io.forebay.storage.Position;
import io.forebay.storage.encryption.Keyring;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What an append, a read and a start cost here. A main class, run by hand from the module with its JVM flags and its test
 * class path; arguments: directory, messages.
 */
final class LogBenchmark {
    private static final int LOOPS = 2;
    private static final int IN_FLIGHT = 2048;

    private LogBenchmark() {}

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(args.length > 0 ? args[0] : "/tmp"), "log-bench");
        int messages = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
        try {
            for (int round = 0; round < 3; round++) {
                appendAndRead("", directory.resolve("r" + round), Keyring.NONE, messages);
                appendAndRead("encrypted, ", directory.resolve("e" + round), someKey(), messages);
            }
            start(directory.resolve("start"), 200);
            startAfterCrash(directory.resolve("crash"), directory.resolve("crashed"));
        } finally {
            try (var files = Files.walk(directory)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static LogConfig config(Path directory, long segmentBytes) {
        return new LogConfig(directory, segmentBytes, 64L << 30, 0, 1 << 20, 100_000, 64L << 20, 1000);
    }

    private static Keyring someKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Keyring.parse(List.of(Base64.getEncoder().encodeToString(key)));
    }

    private static void appendAndRead(String title, Path directory, Keyring keys, int messages) throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Vertx vertx = Vertx.vertx();
        try (ChronicleMessageLog log = ChronicleMessageLog.open(
                config(directory, 64 << 20).withKeys(keys), meters, Throwable::printStackTrace)) {
            long writerCpu = cpuOf("forebay-log-writer");
            long garbage = garbage();
            long from = System.nanoTime();
            List<Loop> loops = new ArrayList<>();
            CountDownLatch done = new CountDownLatch(LOOPS);
            for (int i = 0; i < LOOPS; i++) {
                loops.add(new Loop(log, i, messages / LOOPS, done));
            }
            for (Loop loop : loops) {
                vertx.getOrCreateContext().runOnContext(go -> loop.pump());
            }
            done.await();
            double seconds = (System.nanoTime() - from) / 1e9;
            double commits = meters.get("forebay.log.commits").counter().count();
            long[] latencies = loops.stream()
                    .flatMapToLong(loop -> Arrays.stream(loop.latencies))
                    .sorted()
                    .toArray();
            print(
                    title
                            + "append: %,d/s, %.2f us of writer CPU each, %.0f per fdatasync, %.0f B garbage each (with Vert.x and the"
                            + " message), latency p50 %.2f p99 %.2f p99.9 %.2f max %.1f ms, segments %d",
                    (long) (messages / seconds),
                    (cpuOf("forebay-log-writer") - writerCpu) / 1e3 / messages,
                    messages / commits,
                    (double) (garbage() - garbage) / messages,
                    latencies[latencies.length / 2] / 1e6,
                    latencies[(int) (latencies.length * 0.99)] / 1e6,
                    latencies[(int) (latencies.length * 0.999)] / 1e6,
                    latencies[latencies.length - 1] / 1e6,
                    Position.segment(log.durableEnd()));
            var sync = meters.get("forebay.log.sync").timer();
            print(
                    "fdatasync: mean %.2f ms, max %.1f ms",
                    sync.mean(TimeUnit.MILLISECONDS), sync.max(TimeUnit.MILLISECONDS));
            read(title, log, messages);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get();
        }
    }

    private static void read(String title, ChronicleMessageLog log, int messages) {
        try (LogCursor cursor = log.cursor(Position.START)) {
            long from = System.nanoTime();
            long length = 0;
            while (cursor.next()) {
                length += cursor.lane().length();
            }
            long lanes = System.nanoTime() - from;
            cursor.moveTo(Position.START);
            from = System.nanoTime();
            while (cursor.next()) {
                length += cursor.message().payload().length;
            }
            long whole = System.nanoTime() - from;
            print(
                    title + "read: %d ns with the lane, %d ns with the message (%d)",
                    lanes / messages,
                    whole / messages,
                    length % 10);
        }
    }

    private static void start(Path directory, int segments) throws Exception {
        LogConfig config = config(directory, 8 << 20);
        byte[] payload = new byte[200];
        try (ChronicleMessageLog log =
                ChronicleMessageLog.open(config, new SimpleMeterRegistry(), Throwable::printStackTrace)) {
            while (Position.segment(log.durableEnd()) < segments) {
                if (log.hasRoom()) {
                    log.append(message(0, 1, payload)).onFailure(Throwable::printStackTrace);
                } else {
                    Fixture.await(log.room());
                }
            }
        }
        for (int i = 0; i < 3; i++) {
            long from = System.nanoTime();
            ChronicleMessageLog log =
                    ChronicleMessageLog.open(config, new SimpleMeterRegistry(), Throwable::printStackTrace);
            print("start with %d segments: %.0f ms", segments, (System.nanoTime() - from) / 1e6);
            log.close();
        }
    }

    /** The last segment has no seal and is read to its end. */
    private static void startAfterCrash(Path directory, Path copy) throws Exception {
        LogConfig config = config(directory, 64 << 20);
        byte[] payload = new byte[200];
        try (ChronicleMessageLog log =
                ChronicleMessageLog.open(config, new SimpleMeterRegistry(), Throwable::printStackTrace)) {
            for (int i = 0; i < 150_000; i++) {
                if (!log.hasRoom()) {
                    Fixture.await(log.room());
                }
                log.append(message(0, i, payload)).onFailure(Throwable::printStackTrace);
            }
            Fixture.await(log.append(message(0, 1, payload)));
            new ProcessBuilder("cp", "-r", directory.toString(), copy.toString())
                    .start()
                    .waitFor();
        }
        long from = System.nanoTime();
        ChronicleMessageLog log =
                ChronicleMessageLog.open(config(copy, 64 << 20), new SimpleMeterRegistry(), Throwable::printStackTrace);
        print("start after a crash, 64 MiB segment, 150 000 records in it: %.0f ms", (System.nanoTime() - from) / 1e6);
        log.close();
    }

    private static Message message(int device, int id, byte[] payload) {
        return new Message(
                System.currentTimeMillis(),
                "device-" + device,
                "plant/7/line/3/temperature",
                1,
                false,
                false,
                4,
                id & 0xFFFF,
                new byte[0],
                payload);
    }

    private static long cpuOf(String name) {
        var threads = ManagementFactory.getThreadMXBean();
        for (long id : threads.getAllThreadIds()) {
            var info = threads.getThreadInfo(id);
            if (info != null && info.getThreadName().equals(name)) {
                return threads.getThreadCpuTime(id);
            }
        }
        return 0;
    }

    private static long garbage() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .sum();
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    /** One event loop that keeps so many appends in flight. Owned by that loop. */
    private static final class Loop {
        private final ChronicleMessageLog log;
        private final int number;
        private final CountDownLatch done;
        final long[] latencies;
        private final byte[] payload = new byte[200];
        private int sent;
        private int settled;

        Loop(ChronicleMessageLog log, int number, int messages, CountDownLatch done) {
            this.log = log;
            this.number = number;
            this.done = done;
            this.latencies = new long[messages];
        }

        void pump() {
            while (sent < latencies.length && sent - settled < IN_FLIGHT) {
                int id = sent++;
                long from = System.nanoTime();
                log.append(message(number * 100 + id % 100, id, payload)).onComplete(outcome -> {
                    latencies[id] = System.nanoTime() - from;
                    settled++;
                    if (settled == latencies.length) {
                        done.countDown();
                    } else if (sent - settled <= IN_FLIGHT / 2) {
                        pump();
                    }
                });
            }
        }
    }
}
