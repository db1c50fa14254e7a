package io.forebay.storage.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import net.openhft.chronicle.core.io.IORuntimeException;
import org.junit.jupiter.api.Test;

/** What is the disk's fault and what is a bug, and how long the next try waits. */
class DiskFaultTest {
    @Test
    void whatChronicleAndTheJvmSayOfTheDiskIsAFailedWriteAndAllElseIsABug() {
        DiskFault fault = new DiskFault(DiskFault.Kind.SYNC, new IOException("Input/output error"));
        assertSame(fault, DiskFault.of(fault));
        assertEquals(
                DiskFault.Kind.WRITE,
                DiskFault.of(new IORuntimeException(new IOException("Input/output error")))
                        .kind());
        assertEquals(
                DiskFault.Kind.WRITE,
                DiskFault.of(new InternalError("a fault occurred in an unsafe memory access operation"))
                        .kind());
        assertNull(DiskFault.of(new InternalError("something else")));
        assertNull(DiskFault.of(new IORuntimeException("without a cause")));
        assertNull(DiskFault.of(new IllegalStateException(new IOException("wrapped by our own code"))));
    }

    @Test
    void firstFaultIsAnsweredAtOnceAndTheNextOnesEverMoreSlowlyUpToTenSeconds() {
        Healing healing = new Healing(new LogMeters(new SimpleMeterRegistry()));
        List<Long> pausesMs = IntStream.range(0, 10)
                .mapToObj(i -> {
                    healing.onFault(new DiskFault(DiskFault.Kind.SYNC, new IOException("again")));
                    return TimeUnit.NANOSECONDS.toMillis(healing.pauseNanos());
                })
                .toList();

        assertEquals(List.of(0L, 100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 10_000L, 10_000L), pausesMs);
    }

    @Test
    void wantOfAnotherFileIsToldBesideTheFaultAndBothAreOverWhenItIsHealed() {
        Healing healing = new Healing(new LogMeters(new SimpleMeterRegistry()));
        healing.onFault(new DiskFault(DiskFault.Kind.SYNC, new IOException("Input/output error")));
        healing.lacks("there is no space");
        healing.lacks("there is still none");

        assertEquals("a sync has failed: Input/output error; there is no space", healing.fault());
        healing.healed();
        assertEquals("", healing.fault());
        assertEquals(0, healing.pauseNanos());
    }
}
