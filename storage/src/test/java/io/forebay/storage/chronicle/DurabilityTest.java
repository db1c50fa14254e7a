package io.forebay.storage.chronicle;

import static io.forebay.storage.chronicle.Fixture.await;
import static io.forebay.storage.chronicle.Fixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogCursor;
import io.forebay.storage.LogException;
import io.forebay.storage.LogException.Kind;
import io.forebay.storage.LogState;
import io.forebay.storage.MessageLog.Appended;
import io.forebay.storage.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is promised before it is synced, and many promises share one sync. */
@Timeout(120)
class DurabilityTest {
    @TempDir
    Path directory;

    private final FaultyDisk disk = new FaultyDisk();

    @Test
    void nothingIsToldOrReadBeforeTheSyncThatCoversIt() throws Exception {
        try (ChronicleMessageLog log = Fixture.open(directory, disk);
                LogCursor cursor = log.cursor(Position.START)) {
            long before = log.durableEnd();
            disk.gate = new Semaphore(0);
            Future<Appended> append = log.append(message("m"));
            disk.arrived.acquire();

            assertFalse(append.isComplete());
            assertFalse(cursor.next());
            assertEquals(before, log.durableEnd());

            disk.gate.release(1000);
            await(append);
            assertTrue(cursor.next());
        }
    }

    @Test
    void whoIsContentWithLessIsToldBeforeTheSyncAndHearsOfItAllTheSame() throws Exception {
        try (ChronicleMessageLog log = Fixture.open(directory, disk)) {
            disk.gate = new Semaphore(0);
            CountDownLatch written = new CountDownLatch(1);
            Future<Appended> append = log.append(message("m"), written::countDown);
            disk.arrived.acquire();

            assertTrue(written.await(10, TimeUnit.SECONDS), "it was not told");
            assertFalse(append.isComplete());

            disk.gate.release(1000);
            long position = await(append).position();
            try (LogCursor cursor = log.cursor(position)) {
                assertTrue(cursor.next());
                assertEquals(position, cursor.position());
            }
            assertEquals(log.durableEnd(), await(append).before());
        }
    }

    @Test
    void oneSyncCoversAllThatWaited() throws Exception {
        try (ChronicleMessageLog log = Fixture.open(directory, disk)) {
            disk.gate = new Semaphore(0);
            List<Future<Appended>> all = new ArrayList<>();
            all.add(log.append(message("first")));
            disk.arrived.acquire();
            for (int i = 0; i < 10_000; i++) {
                all.add(log.append(message("m" + i)));
            }
            int before = disk.forces.get();
            disk.gate.release(1000);
            await(Future.join(all));

            assertEquals(1, disk.forces.get() - before);
            assertEquals(10_001, Fixture.read(log, Position.START).size());
        }
    }

    @Test
    void outcomesComeOnTheCallersLoopInTheOrderOfTheCalls() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            int calls = 5000;
            List<Context> loops = List.of(vertx.getOrCreateContext(), vertx.getOrCreateContext());
            CountDownLatch done = new CountDownLatch(2);
            List<List<Integer>> orders = new ArrayList<>();
            List<String> wrongThread = Collections.synchronizedList(new ArrayList<>());
            for (Context loop : loops) {
                List<Integer> order = new ArrayList<>();
                orders.add(order);
                loop.runOnContext(go -> {
                    Thread own = Thread.currentThread();
                    for (int i = 0; i < calls; i++) {
                        int call = i;
                        Future<?> future = i % 100 == 0
                                ? log.openSession("c" + i, true, 10)
                                : log.append(message("c" + i, i, i % 3, "x"));
                        future.onComplete(outcome -> {
                            if (Thread.currentThread() != own || outcome.failed()) {
                                wrongThread.add(Thread.currentThread() + " " + outcome.cause());
                            }
                            order.add(call);
                            if (order.size() == calls) {
                                done.countDown();
                            }
                        });
                    }
                });
            }
            assertTrue(done.await(20, TimeUnit.SECONDS));
            for (List<Integer> order : orders) {
                for (int i = 0; i < calls; i++) {
                    assertEquals(i, order.get(i));
                }
            }
            assertEquals(List.of(), wrongThread);
        } finally {
            await(vertx.close());
        }
    }

    @Test
    void bugIsFinal() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        try (ChronicleMessageLog log = ChronicleMessageLog.open(
                Fixture.config(directory), new SimpleMeterRegistry(), cause -> told.countDown(), disk)) {
            await(log.append(message("safe")));
            disk.forceBreaks = new AssertionError("from the test");

            assertEquals(Kind.FAILED, failure(log.append(message("lost"))));
            told.await();
            disk.forceBreaks = null;
            assertEquals(Kind.FAILED, failure(log.append(message("too late"))));
            assertEquals(Kind.FAILED, failure(log.openSession("c", true, 1)));
            assertEquals(LogState.FAILED, log.state());
            assertEquals(List.of("safe"), Fixture.read(log, Position.START));
        }
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            assertEquals("safe", Fixture.read(log, Position.START).get(0));
            await(log.append(message("after the restart")));
        }
    }

    private static Kind failure(Future<?> future) {
        ExecutionException failed = assertThrows(ExecutionException.class, () -> await(future));
        return ((LogException) failed.getCause()).kind();
    }

    @Test
    void closeSyncsWhatWaitsAndRefusesWhatComesLater() throws Exception {
        List<Future<Appended>> all = new ArrayList<>();
        ChronicleMessageLog log = Fixture.open(directory);
        for (int i = 0; i < 1000; i++) {
            all.add(log.append(message("m" + i)));
        }
        log.close();

        await(Future.join(all));
        assertEquals(Kind.CLOSED, failure(log.append(message("late"))));
        assertEquals(Kind.CLOSED, failure(log.closeSession("c", 0)));
        assertEquals(LogState.CLOSED, log.state());
        log.close();
        try (ChronicleMessageLog again = Fixture.open(directory)) {
            assertEquals(1000, Fixture.read(again, Position.START).size());
        }
    }

    @Test
    void fullQueueIsSeenAndRoomComesBack() throws Exception {
        try (ChronicleMessageLog log = Fixture.open(directory, disk)) {
            assertTrue(log.hasRoom());
            assertTrue(log.room().isComplete());
            disk.gate = new Semaphore(0);
            List<Future<Appended>> all = new ArrayList<>();
            while (log.hasRoom()) {
                all.add(log.append(message("c", 1, 1, new byte[100_000])));
            }
            Future<Void> room = log.room();
            assertTrue(all.size() >= 600 && all.size() < 700, "64 MiB of 100 000 each, not " + all.size());
            assertFalse(room.isComplete());

            disk.gate.release(1000);
            await(room);
            await(Future.join(all));
            assertTrue(log.hasRoom());
        }
    }

    @Test
    void listenerRunsAfterEachCommit() throws Exception {
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            Semaphore woken = new Semaphore(0);
            var unused = log.onDurable(woken::release);
            for (int i = 0; i < 5; i++) {
                await(log.append(message("m" + i)));
                assertTrue(woken.tryAcquire(10, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void secondGatewayOnTheDirectoryIsRefused() {
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            LogException refused = assertThrows(LogException.class, () -> Fixture.open(directory));
            assertEquals(Kind.UNUSABLE_DIRECTORY, refused.kind());
            assertTrue(refused.getMessage().startsWith("Another gateway holds the directory"));
            assertEquals(LogState.OPEN, log.state());
        }
    }

    @Test
    void messageBeyondTheLimitIsRefusedAtOnce() {
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            assertThrows(
                    IllegalArgumentException.class, () -> log.append(message("c", 1, 1, new byte[(1 << 20) + 100])));
        }
    }
}
