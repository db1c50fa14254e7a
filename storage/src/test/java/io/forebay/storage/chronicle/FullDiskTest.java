package io.forebay.storage.chronicle;

import static io.forebay.storage.chronicle.Fixture.await;
import static io.forebay.storage.chronicle.Fixture.message;
import static io.forebay.storage.chronicle.Fixture.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogConfig;
import io.forebay.storage.LogException;
import io.forebay.storage.LogState;
import io.forebay.storage.MessageLog.Appended;
import io.forebay.storage.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A full disk makes the log wait: nothing is refused, nothing lost, and it goes on by itself. */
@Timeout(120)
class FullDiskTest {
    @TempDir
    Path directory;

    private final FaultyDisk disk = new FaultyDisk();

    private List<Future<Appended>> fill(ChronicleMessageLog log, int messages) {
        List<Future<Appended>> all = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            all.add(log.append(message("c", i, 1, new byte[100_000])));
        }
        return all;
    }

    @Test
    void appendsWaitForSpaceAndGoOn() throws Exception {
        try (ChronicleMessageLog log = Fixture.open(directory, disk)) {
            disk.noSpace = true;
            List<Future<Appended>> all = fill(log, 400);
            until(() -> log.state() == LogState.FULL);
            long told = all.stream().filter(Future::isComplete).count();
            assertTrue(told < 400);
            assertFalse(all.stream().anyMatch(Future::failed));

            disk.noSpace = false;
            await(Future.join(all));
            assertEquals(LogState.OPEN, log.state());
            assertEquals(400, Fixture.read(log, Position.START).size());
        }
    }

    @Test
    void watermarkIsKeptFree() throws Exception {
        LogConfig config = new LogConfig(directory, Fixture.SEGMENT, 1L << 30, 50 << 20, 1 << 20, 1000, 1L << 30, 10);
        disk.usableBytes = 200 << 20;
        try (ChronicleMessageLog log =
                ChronicleMessageLog.open(config, new SimpleMeterRegistry(), Fixture.NOT_EXPECTED, disk)) {
            disk.usableBytes = (50 << 20) + Fixture.SEGMENT - 1;
            List<Future<Appended>> all = fill(log, 400);
            until(() -> log.state() == LogState.FULL);

            disk.usableBytes = 200 << 20;
            await(Future.join(all));
        }
    }

    @Test
    void settledSegmentsGiveTheirSpaceToNewOnes() throws Exception {
        LogConfig config =
                new LogConfig(directory, Fixture.SEGMENT, 3 * Fixture.SEGMENT, 0, 1 << 20, 10_000, 1L << 30, 10);
        try (ChronicleMessageLog log =
                ChronicleMessageLog.open(config, new SimpleMeterRegistry(), Fixture.NOT_EXPECTED)) {
            List<Future<Appended>> all = fill(log, 1000);
            until(() -> log.state() == LogState.FULL && isSealed(1) && isSealed(2)); // Now no file comes or goes.
            assertTrue(bytesOnDisk() <= 3 * Fixture.SEGMENT);
            Future<?> done = Future.join(all);
            until(() -> {
                log.retainFrom(log.durableEnd());
                log.forgetBefore(log.durableEnd());
                return done.isComplete();
            });
            await(done);
            assertEquals(LogState.OPEN, log.state());
        }
    }

    private boolean isSealed(int segment) {
        return Files.exists(
                directory.resolve("log").resolve(Segment.directoryName(segment)).resolve("sealed"));
    }

    private long bytesOnDisk() throws Exception {
        long bytes = 0;
        try (var files = Files.walk(directory.resolve("log"))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                // Behind the allocated part lies address space that is never touched and takes nothing.
                bytes += Math.min(Files.size(file), Fixture.SEGMENT);
            }
        }
        return bytes;
    }

    @Test
    void fullLogStartsSoThatItsBacklogCanDrain() throws Exception {
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            await(log.append(message("backlog")));
        }
        disk.noSpace = true;
        try (ChronicleMessageLog log = Fixture.open(directory, disk)) {
            assertEquals(LogState.FULL, log.state());
            assertEquals(List.of("backlog"), Fixture.read(log, log.resumePosition()));
            Future<Appended> waits = log.append(message("waits"));
            assertFalse(waits.isComplete());

            disk.noSpace = false;
            await(waits);
            assertEquals(List.of("backlog", "waits"), Fixture.read(log, log.resumePosition()));
        }
    }

    @Test
    void closingFullLogFailsWhatStillWaits() throws Exception {
        disk.noSpace = true;
        ChronicleMessageLog log = Fixture.open(directory, disk);
        Future<Appended> waits = log.append(message("waits"));
        Future<Void> room = log.room();
        log.close();

        assertTrue(room.isComplete());
        assertEquals(LogException.Kind.CLOSED, ((LogException) waits.cause()).kind());
    }
}
