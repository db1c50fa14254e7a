package io.forebay.storage.chronicle;

import static io.forebay.storage.chronicle.Fixture.await;
import static io.forebay.storage.chronicle.Fixture.message;
import static io.forebay.storage.chronicle.Fixture.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogConfig;
import io.forebay.storage.LogState;
import io.forebay.storage.MessageLog.Appended;
import io.forebay.storage.Position;
import io.forebay.storage.Retention;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is delivered is kept for as long as was said, unless its space is needed. */
@Timeout(120)
class RetentionTest {
    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);
    private static final long MUCH = 1L << 30;

    @TempDir
    Path directory;

    private final FaultyDisk disk = new FaultyDisk();
    private final AtomicLong steadyMs = new AtomicLong(5_000);
    private final AtomicLong wallMs = new AtomicLong(System.currentTimeMillis());
    private SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private ChronicleMessageLog open(long bytesMax, long freeBytesMin, Retention retention) {
        registry = new SimpleMeterRegistry();
        LogConfig config = new LogConfig(
                        directory, Fixture.SEGMENT, bytesMax, freeBytesMin, 1 << 20, 100_000, 64L << 20, 1000)
                .withRetention(retention);
        return ChronicleMessageLog.open(config, registry, Fixture.NOT_EXPECTED, disk, wallMs::get, steadyMs::get);
    }

    private ChronicleMessageLog open(Retention retention) {
        return open(MUCH, 0, retention);
    }

    private static List<Future<Appended>> append(ChronicleMessageLog log, int messages) {
        List<Future<Appended>> all = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            all.add(log.append(message("c", i, 1, new byte[100_000])));
        }
        return all;
    }

    private static void settleAll(ChronicleMessageLog log) {
        log.retainFrom(log.durableEnd());
        log.forgetBefore(log.durableEnd());
    }

    private long retainedBytes() {
        return (long) registry.get("forebay.log.retained.bytes").gauge().value();
    }

    private double retainedOldest() {
        return registry.get("forebay.log.retained.oldest").gauge().value();
    }

    private int segments() {
        try (Stream<Path> found = Files.list(directory.resolve("log"))) {
            return (int) found.count();
        } catch (IOException cause) {
            throw new AssertionError(cause);
        }
    }

    private static int readable(ChronicleMessageLog log) {
        return Fixture.read(log, Position.START).size();
    }

    @Test
    void whatIsDeliveredCanBeReadUntilItIsOldEnough() throws Exception {
        try (ChronicleMessageLog log = open(new Retention(HOUR_MS, MUCH))) {
            await(Future.join(append(log, 400)));
            settleAll(log);
            until(() -> retainedBytes() > 3 * Fixture.SEGMENT);
            assertEquals(400, readable(log));
            assertEquals(1_000, retainedOldest(), "the first message says that it arrived at 1000 s");

            steadyMs.addAndGet(HOUR_MS - 1);
            await(log.append(message("the keeper comes by")));
            assertEquals(401, readable(log));
            steadyMs.addAndGet(1);
            until(() -> retainedBytes() == 0 && Double.isNaN(retainedOldest()));
            assertTrue(segments() <= 2, segments() + " segments");
            assertTrue(Position.segment(log.firstPosition()) > 4);
        }
    }

    @Test
    void noMoreIsKeptThanTheSizeAllows() throws Exception {
        try (ChronicleMessageLog log = open(new Retention(HOUR_MS, 3 * Fixture.SEGMENT))) {
            await(Future.join(append(log, 800)));
            settleAll(log);
            until(() -> Position.segment(log.firstPosition()) > 4 && retainedBytes() <= 3 * Fixture.SEGMENT);
            assertTrue(retainedBytes() > Fixture.SEGMENT);
            assertTrue(readable(log) > 100 && readable(log) < 500);
        }
    }

    @Test
    void whatIsNotDeliveredStaysHoweverOldItIs() throws Exception {
        try (ChronicleMessageLog log = open(new Retention(HOUR_MS, Fixture.SEGMENT))) {
            await(Future.join(append(log, 400)));
            log.retainFrom(log.durableEnd());
            log.forgetBefore(Position.of(3, 5));
            // The second is the last one that is kept: its age counts from now, and not from when the clock has gone
            // on.
            until(() -> Position.segment(log.firstPosition()) == 2);
            steadyMs.addAndGet(10 * HOUR_MS);
            until(() -> Position.segment(log.firstPosition()) == 3);
            assertTrue(readable(log) > 200);
        }
        try (ChronicleMessageLog log = open(new Retention(HOUR_MS, Fixture.SEGMENT))) {
            assertEquals(3, Position.segment(log.firstPosition()));
        }
    }

    @Test
    void ageGoesOnOverARestart() throws Exception {
        fillAndClose();
        wallMs.addAndGet(HOUR_MS / 2);
        steadyMs.set(17);
        try (ChronicleMessageLog log = open(new Retention(HOUR_MS, MUCH))) {
            settleAll(log);
            until(() -> retainedBytes() > 0);
            assertEquals(400, readable(log));
            steadyMs.addAndGet(HOUR_MS / 2 + 60_000);
            until(() -> Position.segment(log.firstPosition()) > 4);
        }
    }

    private void fillAndClose() throws Exception {
        try (ChronicleMessageLog log = open(new Retention(HOUR_MS, MUCH))) {
            await(Future.join(append(log, 400)));
            settleAll(log);
        }
    }

    @Test
    void withoutRetentionAStartDeletesWhatWasKept() throws Exception {
        fillAndClose();
        try (ChronicleMessageLog log = open(Retention.NONE)) {
            settleAll(log);
            until(() -> segments() <= 2);
        }
    }

    @Test
    void aClockThatLeapsWhileItRunsIsNothingToIt() throws Exception {
        try (ChronicleMessageLog log = open(new Retention(HOUR_MS, MUCH))) {
            await(Future.join(append(log, 200)));
            wallMs.addAndGet(1_000 * HOUR_MS);
            settleAll(log);
            until(() -> retainedBytes() > Fixture.SEGMENT); // Both that are full.
            wallMs.addAndGet(-2_000 * HOUR_MS);
            assertEquals(200, readable(log));
            steadyMs.addAndGet(HOUR_MS);
            until(() -> retainedBytes() == 0);
        }
    }

    @Test
    void whatIsKeptNeverMakesTheLogFull() throws Exception {
        try (ChronicleMessageLog log = open(4 * Fixture.SEGMENT, 0, new Retention(HOUR_MS, MUCH))) {
            int appended = 0;
            while (appended < 1_500) {
                Future<?> batch = Future.join(append(log, 50));
                appended += 50;
                until(() -> {
                    assertEquals(LogState.OPEN, log.state());
                    return batch.isComplete();
                });
                settleAll(log);
            }
            assertTrue(retainedBytes() > 0);
        }
    }

    @Test
    void whatIsNotDeliveredIsNotDeletedForSpace() throws Exception {
        try (ChronicleMessageLog log = open(4 * Fixture.SEGMENT, 0, new Retention(HOUR_MS, MUCH))) {
            List<Future<Appended>> first = append(log, 100);
            await(Future.join(first));
            settleAll(log);
            long unsettled = log.durableEnd();
            List<Future<Appended>> all = append(log, 500);
            Future<?> done = Future.join(all);
            until(() -> log.state() == LogState.FULL);
            assertEquals(
                    all.stream().filter(Future::succeeded).count(),
                    Fixture.read(log, unsettled).size());
            until(() -> {
                settleAll(log);
                return done.isComplete();
            });
        }
    }

    @Test
    void whatIsKeptGoesWhenTheDiskNeedsSpace() throws Exception {
        disk.usableBytes = 1L << 40;
        try (ChronicleMessageLog log = open(MUCH, 50 << 20, new Retention(HOUR_MS, MUCH))) {
            await(Future.join(append(log, 400)));
            settleAll(log);
            until(() -> retainedBytes() > 3 * Fixture.SEGMENT); // All that are full.
            disk.usableBytes = (50 << 20) - 1;
            until(() -> retainedBytes() == 0);
            assertTrue(segments() <= 2, segments() + " segments");
        }
    }

    @Test
    void crashInTheMiddleOfADeletionIsFinishedByTheNextStart() throws Exception {
        fillAndClose();
        Path first = directory.resolve("log").resolve(Segment.directoryName(1));
        Files.delete(ChronicleFiles.data(first));
        try (ChronicleMessageLog log = open(new Retention(HOUR_MS, MUCH))) {
            assertFalse(Files.exists(first));
            assertEquals(2, Position.segment(log.firstPosition()));
            assertTrue(readable(log) > 300);
        }
    }

    @Test
    void deletionThatFailsIsTriedAgain() throws Exception {
        try (ChronicleMessageLog log = open(new Retention(HOUR_MS, MUCH))) {
            await(Future.join(append(log, 400)));
            Path inTheWay = directory
                    .resolve("log")
                    .resolve(Segment.directoryName(1))
                    .resolve("d")
                    .resolve("e");
            Files.createDirectories(inTheWay);
            settleAll(log);
            until(() -> retainedBytes() > 3 * Fixture.SEGMENT);
            long before = retainedBytes();
            steadyMs.addAndGet(HOUR_MS);
            until(() -> Position.segment(log.firstPosition()) == 2);
            assertEquals(before, retainedBytes());
            Files.delete(inTheWay);
            until(() -> retainedBytes() == 0);
        }
    }

    private List<Segment> sealedAt(long... times) throws IOException {
        List<Segment> all = new ArrayList<>();
        for (int i = 0; i < times.length; i++) {
            Path home = Files.createDirectories(directory.resolve(Segment.directoryName(i + 1)));
            Segment segment = new Segment(i + 1, home, 10, 10);
            segment.writeSeal(Disk.real());
            Files.setLastModifiedTime(home.resolve("sealed"), java.nio.file.attribute.FileTime.fromMillis(times[i]));
            all.add(segment);
        }
        return all;
    }

    /** Hours for which each of the segments is kept from now on, as far as it is up to itself. */
    private List<Long> hoursLeft(List<Segment> segments, int forHours) throws IOException {
        RetainedSegments kept =
                new RetainedSegments(new Retention(forHours * HOUR_MS, MUCH), wallMs::get, steadyMs::get, any -> 1);
        kept.found(segments);
        List<Long> left = new ArrayList<>();
        for (Segment segment : segments) {
            kept.take(segment);
            left.add(forHours - (steadyMs.get() - kept.oldest().orElseThrow().fullAtMs()) / HOUR_MS);
            kept.deleted();
        }
        return left;
    }

    @Test
    void timesInTheFutureAreThoseOfTheNextBetterOne() throws Exception {
        long now = wallMs.get() / 1000 * 1000;
        wallMs.set(now);
        long later = now + 9_000 * HOUR_MS;
        assertEquals(
                List.of(1L, 7L, 7L, 10L), hoursLeft(sealedAt(now - 9 * HOUR_MS, later, now - 3 * HOUR_MS, later), 10));
    }

    @Test
    void timesOfAClockThatWasBehindAreThoseOfTheOneBefore() throws Exception {
        long now = wallMs.get() / 1000 * 1000;
        wallMs.set(now);
        assertEquals(List.of(4L, 4L, 8L), hoursLeft(sealedAt(now - 6 * HOUR_MS, 1_000, now - 2 * HOUR_MS), 10));
    }
}
