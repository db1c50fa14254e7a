package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** How tests wait for other threads: until something is so, and not for ever. Any thread. */
public final class Awaits {
    private static final long PATIENCE_S = 60;

    private Awaits() {}

    /** What it succeeds with; throws what it fails with, or when it does neither in time. */
    @CanIgnoreReturnValue
    public static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    public static void eventually(String what, BooleanSupplier holds) {
        eventually(what, PATIENCE_S, holds);
    }

    public static void eventually(String what, long patienceS, BooleanSupplier holds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceS);
        while (!holds.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "not in time: " + what);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
