package io.forebay.storage.chronicle;

import io.forebay.storage.LogConfig;
import io.forebay.storage.LogCursor;
import io.forebay.storage.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** What the tests of the log share. No state. */
final class Fixture {
    static final long SEGMENT = LogConfig.SEGMENT_BYTES_MIN;
    static final Consumer<Throwable> NOT_EXPECTED = cause -> {
        throw new AssertionError("The log failed", cause);
    };

    private Fixture() {}

    static LogConfig config(Path directory) {
        return new LogConfig(directory, SEGMENT, 1L << 30, 0, 1 << 20, 100_000, 64L << 20, 1000);
    }

    static ChronicleMessageLog open(Path directory) {
        return ChronicleMessageLog.open(config(directory), new SimpleMeterRegistry(), NOT_EXPECTED);
    }

    static ChronicleMessageLog open(Path directory, Disk disk) {
        return ChronicleMessageLog.open(config(directory), new SimpleMeterRegistry(), NOT_EXPECTED, disk);
    }

    static Message message(String client, int packetId, int qos, String payload) {
        return message(client, packetId, qos, payload.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static Message message(String client, int packetId, int qos, byte[] payload) {
        return new Message(
                1_000_000L + packetId, client, "t/" + client, qos, false, false, 5, packetId, new byte[0], payload);
    }

    static Message message(String payload) {
        return message("c", 1, 1, payload);
    }

    @com.google.errorprone.annotations.CanIgnoreReturnValue
    static <T> T await(Future<T> future) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        future.onComplete(done::complete, done::completeExceptionally);
        return done.get(60, TimeUnit.SECONDS);
    }

    /** Waits for it, but not for ever: a test that hangs holds up all others. */
    static void until(Callable<Boolean> happened) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!happened.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("It did not happen in time");
            }
            LockSupport.parkNanos(50_000);
        }
    }

    /** The payloads that a cursor from {@code from} sees now. */
    static List<String> read(ChronicleMessageLog log, long from) {
        List<String> payloads = new ArrayList<>();
        try (LogCursor cursor = log.cursor(from)) {
            while (cursor.next()) {
                payloads.add(new String(cursor.message().payload(), java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return payloads;
    }
}
