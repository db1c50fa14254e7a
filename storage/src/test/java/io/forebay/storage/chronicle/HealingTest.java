package io.forebay.storage.chronicle;

import static io.forebay.storage.chronicle.Fixture.await;
import static io.forebay.storage.chronicle.Fixture.message;
import static io.forebay.storage.chronicle.Fixture.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogException;
import io.forebay.storage.LogState;
import io.forebay.storage.MessageLog.Appended;
import io.forebay.storage.MessageLog.Released;
import io.forebay.storage.Position;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fails costs time, and neither messages nor their order. */
@Timeout(120)
class HealingTest {
    @TempDir
    Path directory;

    private final FaultyDisk disk = new FaultyDisk();
    private final MeterRegistry meters = new SimpleMeterRegistry();

    private ChronicleMessageLog open() {
        return ChronicleMessageLog.open(Fixture.config(directory), meters, Fixture.NOT_EXPECTED, disk);
    }

    private double faults(String kind) {
        return meters.get("forebay.log.faults").tag("kind", kind).counter().count();
    }

    private Path directoryOf(int segment) {
        return directory.resolve("log").resolve(Segment.directoryName(segment));
    }

    @Test
    void failedSyncIsAnsweredWithAnotherFileInTheSameOrder() throws Exception {
        List<String> expected = new ArrayList<>();
        try (ChronicleMessageLog log = open()) {
            await(log.append(message("safe")));
            expected.add("safe");
            disk.gate = new Semaphore(0);
            List<Future<Appended>> all = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                all.add(log.append(message("m" + i)));
                expected.add("m" + i);
            }
            disk.arrived.acquire();
            disk.failForces(1);
            disk.gate.release(1000);
            await(Future.join(all));

            assertEquals(LogState.OPEN, log.state());
            assertEquals(expected, Fixture.read(log, Position.START));
            assertEquals(1, faults("sync"));
            for (int i = 1; i < all.size(); i++) {
                assertTrue(
                        all.get(i - 1).result().position() < all.get(i).result().position());
            }
            assertEquals(2, Position.segment(all.get(0).result().position()));
        }
        try (ChronicleMessageLog log = open()) {
            assertEquals(
                    expected,
                    Fixture.read(log, Position.START),
                    "what the failed file holds behind its last sync is void");
        }
    }

    @Test
    void nobodyHearsAndNobodyReadsBeforeItHasHealed() throws Exception {
        try (ChronicleMessageLog log = open()) {
            await(log.append(message("safe")));
            long end = log.durableEnd();
            disk.failForces(Integer.MAX_VALUE);
            Future<Appended> waits = log.append(message("waits"));
            until(() -> log.status().faults() >= 2);

            assertEquals(LogState.HEALING, log.state());
            assertTrue(
                    log.status().fault().contains("a sync has failed: Input/output error"),
                    log.status().fault());
            assertFalse(waits.isComplete());
            assertEquals(end, log.durableEnd());
            assertEquals(List.of("safe"), Fixture.read(log, Position.START));

            disk.failForces(0);
            await(waits);
            assertEquals(List.of("safe", "waits"), Fixture.read(log, Position.START));
            assertEquals("", log.status().fault());
        }
    }

    @Test
    void filesOfFailedAttemptsAreGivenBack() throws Exception {
        try (ChronicleMessageLog log = open()) {
            await(log.append(message("safe")));
            disk.failForces(4);
            await(log.append(message("late")));
            until(() -> {
                try (var found = Files.list(directory.resolve("log"))) {
                    return found.count() <= 3;
                } catch (IOException racing) {
                    return false;
                }
            });
            assertTrue(Files.exists(directoryOf(1).resolve("sealed")));
            assertEquals(List.of("safe", "late"), Fixture.read(log, Position.START));
        }
    }

    @Test
    void withoutSealTheNextSegmentTellsWhereTheFailedOneEnds() throws Exception {
        try (ChronicleMessageLog log = open()) {
            await(log.append(message("safe")));
            disk.failForces(1);
            await(log.append(message("once")));
        }
        Files.delete(directoryOf(1).resolve("sealed"));

        try (ChronicleMessageLog log = open()) {
            assertEquals(List.of("safe", "once"), Fixture.read(log, Position.START));
            assertEquals(0, log.status().skipped());
        }
    }

    @Test
    void packetIdsAreAsTheyAreDurable() throws Exception {
        try (ChronicleMessageLog log = open()) {
            assertFalse(await(log.openSession("a", false, 100)));
            assertFalse(await(log.append(message("a", 1, 2, "released later"))).repeated());
            assertFalse(await(log.openSession("passing", true, 0)));
            assertFalse(await(log.append(message("passing", 9, 2, "nine"))).repeated());
            disk.failForces(3);
            Future<Appended> fresh = log.append(message("a", 5, 2, "five"));
            Future<Appended> twice = log.append(message("a", 5, 2, "five"));
            Future<Released> released = log.release("a", 1);
            Future<Released> unknown = log.release("a", 7);
            Future<Boolean> other = log.openSession("b", false, 100);
            Future<Void> closed = log.closeSession("a", 100);

            assertFalse(await(fresh).repeated(), "what was not durable is not a repeat of itself");
            assertTrue(await(twice).repeated());
            assertEquals(Released.RELEASED, await(released));
            assertEquals(Released.UNKNOWN, await(unknown));
            assertFalse(await(other));
            await(closed);
            assertTrue(await(log.append(message("passing", 9, 2, "nine"))).repeated(), "it is still connected");
        }
        try (ChronicleMessageLog log = open()) {
            assertTrue(await(log.openSession("a", false, 100)));
            assertTrue(await(log.append(message("a", 5, 2, "five"))).repeated());
            assertEquals(Released.UNKNOWN, await(log.release("a", 1)));
            assertTrue(await(log.openSession("b", false, 100)));
            assertEquals(List.of("released later", "nine", "five"), Fixture.read(log, Position.START));
        }
    }

    @Test
    void whoIsContentWithLessIsToldOnce() throws Exception {
        try (ChronicleMessageLog log = open()) {
            AtomicInteger told = new AtomicInteger();
            disk.failForces(2);
            await(log.append(message("m"), told::incrementAndGet));

            assertEquals(1, told.get());
        }
    }

    @Test
    void busErrorIsAFaultOfTheDisk() throws Exception {
        try (ChronicleMessageLog log = open()) {
            disk.forceBreaks = new InternalError("a fault occurred in a recent unsafe memory access operation");
            Future<Appended> waits = log.append(message("m"));
            until(() -> log.state() == LogState.HEALING);
            disk.forceBreaks = null;
            await(waits);

            assertEquals(List.of("m"), Fixture.read(log, Position.START));
            assertTrue(faults("write") >= 1);
        }
    }

    @Test
    void segmentThatFailsAtItsFirstSyncLosesNothingOfTheOneBefore() throws Exception {
        int messages = 200;
        List<Future<Appended>> all = new ArrayList<>();
        try (ChronicleMessageLog log = open()) {
            for (int i = 0; i < messages; i++) {
                byte[] payload = new byte[100_000];
                RecordCodec.putInt(payload, 0, i);
                all.add(log.append(message("c", i, 1, payload)));
                if (i == 100) {
                    await(all.get(100));
                    disk.failForces(3);
                }
            }
            await(Future.join(all));
        }
        try (ChronicleMessageLog log = open()) {
            assertEquals(IntStream.range(0, messages).boxed().toList(), numbers(log));
        }
    }

    private static List<Integer> numbers(ChronicleMessageLog log) {
        List<Integer> numbers = new ArrayList<>();
        try (var cursor = log.cursor(Position.START)) {
            while (cursor.next()) {
                numbers.add(RecordCodec.getInt(cursor.message().payload(), 0));
            }
        }
        return numbers;
    }

    @Test
    void logStartsOnABrokenDiskAndHeals() throws Exception {
        try (ChronicleMessageLog log = open()) {
            await(log.append(message("backlog")));
        }
        disk.failForces(Integer.MAX_VALUE);
        try (ChronicleMessageLog log = open()) {
            assertEquals(LogState.HEALING, log.state());
            assertEquals(List.of("backlog"), Fixture.read(log, log.resumePosition()));
            Future<Appended> waits = log.append(message("waits"));
            disk.failForces(0);
            await(waits);
            assertEquals(List.of("backlog", "waits"), Fixture.read(log, log.resumePosition()));
        }
    }

    @Test
    void closingWhileTheDiskFailsLetsNobodyWait() throws Exception {
        ChronicleMessageLog log = open();
        disk.failForces(Integer.MAX_VALUE);
        Future<Appended> waits = log.append(message("waits"));
        Future<Void> closed = log.closeSession("c", 0);
        until(() -> disk.forces.get() >= 3);
        log.close();

        assertEquals(LogException.Kind.CLOSED, ((LogException) waits.cause()).kind());
        assertTrue(closed.failed());
        disk.failForces(0);
        open().close();
    }
}
