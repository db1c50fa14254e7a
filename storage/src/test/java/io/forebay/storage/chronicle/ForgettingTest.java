package io.forebay.storage.chronicle;

import static io.forebay.storage.chronicle.Fixture.await;
import static io.forebay.storage.chronicle.Fixture.message;
import static io.forebay.storage.chronicle.Fixture.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogCursor;
import io.forebay.storage.LogFindings;
import io.forebay.storage.MessageLog.Appended;
import io.forebay.storage.Position;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is settled is forgotten, and nothing else. */
@Timeout(120)
class ForgettingTest {
    @TempDir
    Path directory;

    private int segments() throws IOException {
        try (Stream<Path> found = Files.list(directory.resolve("log"))) {
            return (int) found.filter(Files::isDirectory).count();
        }
    }

    private Path segment(int number) {
        return directory.resolve("log").resolve(Segment.directoryName(number));
    }

    private void fill(ChronicleMessageLog log, int messages) throws Exception {
        List<Future<Appended>> all = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            all.add(log.append(message("c", i, 1, new byte[100_000])));
        }
        await(Future.join(all));
    }

    @Test
    void segmentsBeforeThePositionAreDeletedUnderAnOpenCursor() throws Exception {
        try (ChronicleMessageLog log = Fixture.open(directory);
                LogCursor slow = log.cursor(Position.START)) {
            fill(log, 400);
            assertTrue(slow.next());
            assertTrue(segments() >= 5);

            log.retainFrom(log.durableEnd());
            log.forgetBefore(log.durableEnd());
            until(() -> segments() <= 2);
            int seen = 1;
            while (slow.next()) {
                seen++;
            }
            assertTrue(seen > 50 && seen < 400, "the rest of its segment, then the one that is left, not " + seen);
        }
    }

    @Test
    void nothingBehindThePositionIsDeleted() throws Exception {
        long third;
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            fill(log, 400);
            third = Position.of(3, 5);
            log.retainFrom(log.durableEnd());
            log.forgetBefore(third);
        }
        try (ChronicleMessageLog log = Fixture.open(directory);
                LogCursor cursor = log.cursor(log.resumePosition())) {
            assertEquals(third, log.resumePosition());
            assertTrue(cursor.next());
            assertEquals(third, cursor.position());
            try (LogCursor oldest = log.cursor(Position.START)) {
                assertTrue(oldest.next());
                assertEquals(3, Position.segment(oldest.position()));
            }
        }
    }

    @Test
    void settledSegmentsBehindOneThatIsNotAreDeletedAndEverythingElseIsThereAfterARestart(@TempDir Path other)
            throws Exception {
        long stuck = Position.of(1, 3);
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            fill(log, 400);
            log.forgetBefore(stuck);
            log.forget(2);
            log.forget(3);
            assertEquals(400, Fixture.read(log, Position.START).size(), "the second reader has not spoken");
            log.retainFrom(log.durableEnd());
            until(() -> Files.notExists(segment(2)) && Files.notExists(segment(3)));
        }
        try (ChronicleMessageLog log = Fixture.open(directory);
                LogCursor cursor = log.cursor(log.resumePosition())) {
            assertTrue(cursor.next());
            assertEquals(stuck, cursor.position());
            int last = 0;
            while (cursor.next()) {
                int segment = Position.segment(cursor.position());
                assertTrue(segment == 1 || segment > 3, "in segment " + segment);
                last = segment;
            }
            assertTrue(last >= 5, "the last one is " + last);
            assertEquals(0, log.status().skipped(), "what was deleted on purpose is not missing");
            await(log.append(message("goes on")));
        }
        assertEquals(List.of(), verified().damage());
        new LogRepair(LogArchive.open(directory), record -> true, done -> {}).into(other.resolve("copy"));
        assertEquals(
                List.of(),
                LogArchive.open(other.resolve("copy")).verify(record -> true).damage(),
                "nor of a copy");
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            log.forgetBefore(log.durableEnd());
            log.retainFrom(log.durableEnd());
        }
        assertEquals("", Files.readString(directory.resolve("log").resolve("forgotten")), "the position says it now");
    }

    @Test
    void segmentBehindOneThatIsNotSettledIsDeletedOnlyWhenThatIsWrittenDownHoweverOftenItFails() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        try (ChronicleMessageLog log = Fixture.open(directory, disk)) {
            fill(log, 400);
            disk.failWrites("forgotten.new", 3);
            log.forgetBefore(Position.of(1, 3));
            log.forget(3);
            log.retainFrom(log.durableEnd());
            until(() -> Files.notExists(segment(3)));
            assertEquals(0, disk.writesToFail("forgotten.new"));
        }
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            assertTrue(Fixture.read(log, log.resumePosition()).size() > 200);
            assertEquals(0, log.status().skipped(), "what was deleted on purpose is not missing");
        }
    }

    private LogFindings verified() {
        return LogArchive.open(directory).verify(record -> true);
    }

    @Test
    void nothingIsDeletedBeforeTheSecondReaderHasSpoken() throws Exception {
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            fill(log, 400);
            log.forgetBefore(log.durableEnd());
        }
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            assertEquals(400, Fixture.read(log, Position.START).size());
            log.forgetBefore(log.durableEnd());
        }
        assertTrue(segments() >= 6, segments() + " segments");
    }

    @Test
    void nothingThatTheSecondReaderWantsIsDeleted() throws Exception {
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            fill(log, 400);
            log.retainFrom(Position.of(3, 5));
            log.retainFrom(Position.of(2, 5));
            log.forgetBefore(log.durableEnd());
        }
        try (ChronicleMessageLog log = Fixture.open(directory);
                LogCursor oldest = log.cursor(Position.START)) {
            assertTrue(Position.segment(log.resumePosition()) > 3);
            assertTrue(oldest.next());
            assertEquals(3, Position.segment(oldest.position()));
        }
    }

    @Test
    void crashLoopWithoutMessagesLeavesNoSegmentsBehind() throws Exception {
        for (int run = 0; run < 8; run++) {
            try (ChronicleMessageLog log = Fixture.open(directory)) {
                log.retainFrom(log.durableEnd());
                log.forgetBefore(log.durableEnd());
            }
        }
        assertTrue(segments() <= 2, segments() + " segments");
    }

    @Test
    void oneDamagedSlotOfThePositionFallsBackToTheOther() throws Exception {
        PositionFile file = PositionFile.open(directory.resolve("position"));
        file.save(100);
        file.save(200);
        file.close();
        overwrite(0);

        try (PositionFile again = PositionFile.open(directory.resolve("position"))) {
            assertEquals(100, again.position().getAsLong());
            again.save(300);
        }
        try (PositionFile again = PositionFile.open(directory.resolve("position"))) {
            assertEquals(300, again.position().getAsLong());
        }
        overwrite(0);
        overwrite(512);
        try (PositionFile again = PositionFile.open(directory.resolve("position"))) {
            assertFalse(again.position().isPresent());
        }
    }

    private void overwrite(int offset) throws IOException {
        byte[] all = Files.readAllBytes(directory.resolve("position"));
        all[offset + 20] ^= 1;
        Files.write(directory.resolve("position"), all, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /** Or it went back when the power is cut soon after a kill, to where segments were deleted meanwhile. */
    @Test
    void positionThatAStartHasReadIsMadeDurableBeforeAnythingRestsOnIt() throws Exception {
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            await(log.append(message("settled")));
            log.forgetBefore(log.durableEnd());
        }
        FaultyDisk disk = new FaultyDisk();
        try (ChronicleMessageLog log = Fixture.open(directory, disk)) {
            assertTrue(log.resumePosition() > Position.START);
            assertTrue(disk.synced.contains("position"), disk.synced.toString());
        }
    }

    @Test
    void startOnADiskThatDoesNotTakeThePositionGoesOnAndDeletesNothing() throws Exception {
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            fill(log, 400);
            log.forgetBefore(log.durableEnd());
        }
        FaultyDisk disk = new FaultyDisk();
        disk.failWrites("position", 4);
        int before = segments();
        try (ChronicleMessageLog log = Fixture.open(directory, disk)) {
            log.retainFrom(log.durableEnd());
            until(() -> {
                int left = segments();
                assertTrue(left >= before || disk.writesToFail("position") == 0, "deleted before it was saved");
                return left <= 3;
            });
        }
    }

    @Test
    void lostPositionRepeatsAndLosesNothing() throws Exception {
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            await(log.append(message("a")));
            await(log.append(message("b")));
            log.forgetBefore(log.durableEnd());
        }
        Files.write(directory.resolve("position"), new byte[3]);
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            assertEquals(List.of("a", "b"), Fixture.read(log, log.resumePosition()));
        }
    }
}
