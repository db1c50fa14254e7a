package io.forebay.storage.chronicle;

import static io.forebay.storage.chronicle.Fixture.await;
import static io.forebay.storage.chronicle.Fixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogConfig;
import io.forebay.storage.LogException;
import io.forebay.storage.MessageLog.Appended;
import io.forebay.storage.MessageLog.Released;
import io.forebay.storage.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions and messages over restarts, orderly ones and those of a process that died. */
@Timeout(180)
class RestartTest {
    @TempDir
    Path temporary;

    private long nowMs = 1_700_000_000_000L;
    private int copies;

    private ChronicleMessageLog open(Path directory) {
        return ChronicleMessageLog.open(
                Fixture.config(directory), new SimpleMeterRegistry(), Fixture.NOT_EXPECTED, Disk.real(), () -> nowMs);
    }

    /** What a process that dies now leaves: its files as they are, while nothing is on its way. */
    private Path crash(Path directory) throws IOException {
        Path copy = temporary.resolve("after-crash-" + copies++);
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(copy.resolve(directory.relativize(from)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                try {
                    Files.copy(file, copy.resolve(directory.relativize(file)));
                } catch (NoSuchFileException gone) {
                    // The next segment is being prepared: it is caught in the middle of that.
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return copy;
    }

    private static long segments(Path directory) throws IOException {
        try (var segments = Files.list(directory.resolve("log"))) {
            return segments.count();
        }
    }

    private static Appended send(ChronicleMessageLog log, String client, int id, String payload) throws Exception {
        return await(log.append(message(client, id, 2, payload)));
    }

    @Test
    void willsOfQos2HaveNoPacketIdAndAreAllStored() throws Exception {
        try (ChronicleMessageLog log = open(temporary.resolve("wills"))) {
            assertFalse(await(log.openSession("a", false, 100)));
            assertFalse(send(log, "a", 0, "first will").repeated());
            assertFalse(send(log, "a", 0, "second will").repeated());
        }
    }

    @Test
    void packetIdIsStoredOnceUntilItIsReleased() throws Exception {
        Path first = temporary.resolve("first");
        Path second;
        try (ChronicleMessageLog log = open(first)) {
            assertFalse(await(log.openSession("a", false, 100)));
            assertFalse(send(log, "a", 5, "one").repeated());
            assertTrue(send(log, "a", 5, "one").repeated());
            assertEquals(Released.UNKNOWN, await(log.release("a", 6)));
            second = crash(first);
        }
        Path third;
        try (ChronicleMessageLog log = open(second)) {
            assertTrue(await(log.openSession("a", false, 100)));
            assertTrue(send(log, "a", 5, "one").repeated());
            assertEquals(Released.RELEASED, await(log.release("a", 5)));
            third = crash(second);
        }
        try (ChronicleMessageLog log = open(third)) {
            assertTrue(await(log.openSession("a", false, 100)));
            assertEquals(Released.UNKNOWN, await(log.release("a", 5)));
            assertFalse(send(log, "a", 5, "two").repeated());
            assertEquals(List.of("one", "two"), Fixture.read(log, Position.START));
        }
    }

    @Test
    void sessionsOutliveTheSegmentsThatTheyBeganIn() throws Exception {
        Path directory = temporary.resolve("log");
        Path after;
        try (ChronicleMessageLog log = open(directory)) {
            for (int i = 0; i < 900; i++) {
                // More than one chunk of snapshot.
                String client = "client-" + i + "-".repeat(i);
                assertFalse(await(log.openSession(client, true, 100)));
                assertFalse(send(log, client, 1 + i, "").repeated());
            }
            List<Future<Appended>> all = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                all.add(log.append(message("x", i, 1, new byte[100_000])));
            }
            await(Future.join(all));
            log.retainFrom(log.durableEnd());
            log.forgetBefore(log.durableEnd());
            Fixture.until(() -> segments(directory) <= 2);
            assertTrue(Files.notExists(directory.resolve("log").resolve(Segment.directoryName(1))));
            after = crash(directory);
        }
        try (ChronicleMessageLog log = open(after)) {
            for (int i = 0; i < 900; i++) {
                String client = "client-" + i + "-".repeat(i);
                assertTrue(await(log.openSession(client, false, 100)));
                assertTrue(send(log, client, 1 + i, "").repeated());
            }
        }
    }

    @Test
    void expiryIsCountedOverTheRestart() throws Exception {
        Path directory = temporary.resolve("log");
        try (ChronicleMessageLog log = open(directory)) {
            assertFalse(await(log.openSession("a", false, 100)));
            assertFalse(await(log.openSession("b", false, 200)));
            await(log.closeSession("a", 100));
            await(log.closeSession("b", 200));
        }
        nowMs += 150_000;
        try (ChronicleMessageLog log = open(directory)) {
            assertFalse(await(log.openSession("a", false, 100)));
            assertTrue(await(log.openSession("b", false, 200)));
        }
    }

    @Test
    void limitOfSessionsRefusesAndTheLogGoesOn() throws Exception {
        LogConfig c = Fixture.config(temporary.resolve("log"));
        LogConfig config = new LogConfig(
                c.directory(), c.segmentBytes(), c.bytesMax(), 0, c.recordBytesMax(), 1000, c.queueBytesMax(), 3);
        try (ChronicleMessageLog log =
                ChronicleMessageLog.open(config, new SimpleMeterRegistry(), Fixture.NOT_EXPECTED)) {
            for (int i = 0; i < 3; i++) {
                assertFalse(await(log.openSession("c" + i, false, 100)));
            }
            ExecutionException refused =
                    assertThrows(ExecutionException.class, () -> await(log.openSession("more", false, 100)));
            assertEquals(LogException.Kind.TOO_MANY_SESSIONS, ((LogException) refused.getCause()).kind());
            assertFalse(send(log, "more", 1, "goes all the same").repeated());
            await(log.closeSession("c1", 0));
            assertFalse(await(log.openSession("more", false, 100)));
        }
    }

    @Test
    void crashBetweenSegmentsFindsTheOlderSnapshot() throws Exception {
        Path directory = temporary.resolve("log");
        try (ChronicleMessageLog log = open(directory)) {
            assertFalse(await(log.openSession("a", false, 100)));
            assertFalse(send(log, "a", 5, "one").repeated());
        }
        Path next = directory.resolve("log").resolve(Segment.directoryName(9));
        SegmentWriter torn = SegmentWriter.create(next, 9, Fixture.SEGMENT, Disk.real());
        byte[] chunk = RecordCodec.blank(RecordKind.SNAPSHOT, 12);
        RecordCodec.putInt(chunk, 12, 2);
        torn.append(RecordCodec.sealBody(chunk), 0, false);
        torn.abandon();

        try (ChronicleMessageLog log = open(directory)) {
            assertTrue(await(log.openSession("a", false, 100)));
            assertTrue(send(log, "a", 5, "one").repeated());
            assertTrue(Position.segment(log.durableEnd()) > 9);
        }
    }

    @Test
    void randomLivesOfRandomDevicesAgreeWithTheModel() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path directory = temporary.resolve("log");
        Map<String, Boolean> waits = new HashMap<>();
        List<String> expected = new ArrayList<>();
        for (int run = 0; run < 12; run++) {
            ChronicleMessageLog log = open(directory);
            for (int i = 0; i < 10; i++) {
                assertEquals(run > 0, await(log.openSession("c" + i, false, 1000)), "seed " + seed);
            }
            for (int i = 0; i < 200; i++) {
                act(log, random, waits, expected, "seed " + seed + ", run " + run);
            }
            Path after = random.nextBoolean() ? crash(directory) : directory;
            log.close();
            directory = after;
        }
        try (ChronicleMessageLog log = open(directory)) {
            assertEquals(expected, Fixture.read(log, Position.START), "seed " + seed);
        }
    }

    private void act(
            ChronicleMessageLog log, Random random, Map<String, Boolean> waits, List<String> expected, String when)
            throws Exception {
        String client = "c" + random.nextInt(10);
        int id = 1 + random.nextInt(3);
        boolean waiting = waits.getOrDefault(client + id, false);
        if (random.nextBoolean()) {
            String payload = "m" + expected.size();
            assertEquals(waiting, send(log, client, id, payload).repeated(), when);
            if (!waiting) {
                expected.add(payload);
            }
            waits.put(client + id, true);
        } else {
            assertEquals(waiting ? Released.RELEASED : Released.UNKNOWN, await(log.release(client, id)), when);
            waits.put(client + id, false);
        }
    }
}
