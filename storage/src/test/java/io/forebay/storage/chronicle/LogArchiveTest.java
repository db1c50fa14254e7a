package io.forebay.storage.chronicle;

import static io.forebay.storage.chronicle.Fixture.await;
import static io.forebay.storage.chronicle.Fixture.message;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogCursor;
import io.forebay.storage.LogException;
import io.forebay.storage.LogFindings;
import io.forebay.storage.LogFindings.Damage;
import io.forebay.storage.Message;
import io.forebay.storage.Position;
import io.forebay.storage.StoredLogReader;
import io.forebay.storage.StoredRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log that lies there: damage is found and named, a repair loses nothing that can be read. */
@Timeout(180)
class LogArchiveTest {
    private static final int EACH = 400;
    private static final StoredLogReader SILENT = record -> true;

    @TempDir
    Path temporary;

    private Path directory() {
        return temporary.resolve("data");
    }

    /** As many segments, each with {@link #EACH} messages, whose payload is their number. */
    private void write(int segments) throws Exception {
        for (int segment = 0; segment < segments; segment++) {
            try (ChronicleMessageLog log = Fixture.open(directory())) {
                for (int i = 0; i < EACH; i++) {
                    var append = log.append(message(payload(segment * EACH + i)));
                    if (i % 100 == 0 || i == EACH - 1) {
                        await(append);
                    }
                }
            }
        }
    }

    private static String payload(int i) {
        return String.format("message-%08d-", i) + "x".repeat(60);
    }

    private static Path segment(Path data, int number) {
        return data.resolve("log").resolve(Segment.directoryName(number));
    }

    private LogFindings verify(Path data) {
        return LogArchive.open(data).verify(SILENT);
    }

    /** Where message {@code i} stands in the file of segment {@code number}. */
    private int offset(int number, int i) throws IOException {
        Path file = ChronicleFiles.data(segment(directory(), number));
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf(payload(i));
    }

    /** Zeros 1000 bytes from within message {@code i} on, which stands in segment {@code number}. */
    private void damage(int number, int i) throws IOException {
        int offset = offset(number, i);
        try (RandomAccessFile data = new RandomAccessFile(
                ChronicleFiles.data(segment(directory(), number)).toFile(), "rw")) {
            data.seek(offset);
            data.write(new byte[1_000]);
        }
    }

    /** What the log delivers to its bridge from the beginning, by position. */
    private static Map<Long, String> delivered(Path data) {
        Map<Long, String> delivered = new TreeMap<>();
        try (ChronicleMessageLog log = Fixture.open(data);
                LogCursor cursor = log.cursor(Position.START)) {
            while (cursor.next()) {
                delivered.put(cursor.position(), new String(cursor.message().payload(), StandardCharsets.UTF_8));
            }
        }
        return delivered;
    }

    private static Map<Long, String> readable(Path data) {
        Map<Long, String> readable = new TreeMap<>();
        LogArchive.open(data).read(Position.START, Long.MAX_VALUE, record -> {
            if (record.isMessage()) {
                readable.put(record.position(), new String(record.message().payload(), StandardCharsets.UTF_8));
            }
            return true;
        });
        return readable;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    @Test
    void aLogThatWasClosedIsSoundAndShownInWhole() throws Exception {
        write(3);

        LogFindings findings = verify(directory());

        assertTrue(findings.isSound(), findings.toString());
        assertEquals(3L * EACH, findings.messages());
        assertEquals(0, findings.lost());
        assertEquals(
                IntStream.range(0, 3 * EACH).mapToObj(LogArchiveTest::payload).toList(),
                List.copyOf(readable(directory()).values()));
        assertEquals(delivered(directory()), readable(directory()));
    }

    @Test
    void aRangeIsShownWithoutTheRest() throws Exception {
        write(3);
        List<Long> all = List.copyOf(readable(directory()).keySet());

        List<Long> shown = new ArrayList<>();
        LogArchive.open(directory()).read(all.get(350), all.get(850), record -> {
            if (record.isMessage()) {
                shown.add(record.position());
            }
            return shown.size() < 480;
        });

        assertEquals(all.subList(350, 830), shown);
    }

    @Test
    void damageIsNamedByItsPositions() throws Exception {
        write(2);
        Map<Long, String> before = readable(directory());
        damage(1, 123);

        LogFindings findings = verify(directory());

        Map<Long, String> gone = new TreeMap<>(before);
        gone.keySet().removeAll(readable(directory()).keySet());
        assertTrue(gone.containsValue(payload(123)) && gone.size() < 20, gone.toString());
        List<Long> positions = List.copyOf(gone.keySet());
        assertEquals(1, findings.damage().size(), findings.toString());
        assertEquals(positions.get(0), findings.damage().get(0).from());
        assertEquals(
                positions.get(gone.size() - 1) + 1, findings.damage().get(0).to());
        assertEquals(gone.size(), findings.lost());
    }

    @Test
    void aMissingSegmentAndAMissingEndShowInTheNextOne() throws Exception {
        write(5);
        long lastOfThird = LogArchive.open(directory()).segments().get(2).end();
        long lastOfFirst = LogArchive.open(directory()).segments().get(0).end();
        SyncedFiles.deleteDirectory(segment(directory(), 3));
        Files.delete(segment(directory(), 1).resolve("sealed"));
        int half = offset(1, EACH / 2);
        try (RandomAccessFile cut = new RandomAccessFile(
                ChronicleFiles.data(segment(directory(), 1)).toFile(), "rw")) {
            cut.setLength(half);
        }

        List<Damage> damage = verify(directory()).damage();

        assertEquals(2, damage.size(), damage.toString());
        assertEquals(lastOfFirst, damage.get(0).to());
        assertTrue(Position.index(damage.get(0).from()) > 0, damage.toString());
        assertEquals(Position.of(3, 0), damage.get(1).from());
        assertEquals(lastOfThird, damage.get(1).to());

        Path target = temporary.resolve("repaired");
        new LogRepair(LogArchive.open(directory()), SILENT, done -> {}).into(target);
        assertTrue(verify(target).isSound(), verify(target).toString());
        assertEquals(lastOfFirst, LogArchive.open(target).segments().get(0).end());
    }

    @Test
    void whatWasNotSettledAndIsGoneIsDamageAndTheRestIsCarriedAfterARepair() throws Exception {
        write(3);
        try (PositionFile position = PositionFile.open(directory().resolve("position"))) {
            position.save(Position.of(1, 5));
        }
        assertTrue(verify(directory()).isSound(), verify(directory()).toString());
        SyncedFiles.deleteDirectory(segment(directory(), 1));

        LogFindings findings = verify(directory());
        assertEquals(1, findings.damage().size(), findings.toString());
        assertEquals(Position.of(1, 5), findings.damage().get(0).from());

        Path unused = new LogRepair(LogArchive.open(directory()), SILENT, done -> {}).inPlace();
        assertEquals(
                Position.of(2, 0), LogArchive.open(directory()).settledBefore().orElseThrow());
    }

    @Test
    void newestSegmentWithoutSnapshotAndASealThatIsWrongAreDamage() throws Exception {
        write(2);
        Path second = segment(directory(), 2);
        try (SegmentReader reader = new SegmentReader(2, second, new SegmentOffsets());
                RandomAccessFile data =
                        new RandomAccessFile(ChronicleFiles.data(second).toFile(), "rw")) {
            assertTrue(reader.next());
            data.seek(reader.recordEnd() - RecordCodec.TRAILER);
            data.write(new byte[RecordCodec.TRAILER]);
        }
        Segment sealed = Segment.readSeal(segment(directory(), 1), 1).orElseThrow();
        new Segment(1, sealed.directory(), sealed.records(), sealed.messages() + 1).writeSeal(Disk.real());

        List<String> damage =
                verify(directory()).damage().stream().map(Damage::what).toList();

        assertTrue(damage.contains("the newest segment does not begin with a snapshot of the sessions"), damage + "");
        assertTrue(damage.contains("the seal says " + (EACH + 1) + " messages, there are " + EACH), damage + "");
    }

    @Test
    void aTimeIsFoundByTheFirstMessageOfEachSegment() throws Exception {
        for (int segment = 1; segment <= 4; segment++) {
            try (ChronicleMessageLog log = Fixture.open(directory())) {
                await(log.append(
                        new Message(segment * 10_000L, "c", "t", 1, false, false, 5, 1, new byte[0], new byte[0])));
            }
        }
        LogArchive archive = LogArchive.open(directory());
        assertArrayEquals(new long[] {Position.of(2, 0), Position.of(4, 0)}, archive.positionsOf(25_000, 35_000, 0));
        assertArrayEquals(new long[] {Position.of(1, 0), Long.MAX_VALUE}, archive.positionsOf(25_000, 35_000, 6_000));
        assertArrayEquals(new long[] {Position.START, Position.of(2, 0)}, archive.positionsOf(0, 15_000, 0));
    }

    @Test
    void aSegmentThatIsDeletedWhileItIsReadIsLeftOutIfAGatewayDoesThat() throws Exception {
        write(2);
        LogArchive stopped = LogArchive.open(directory());
        try (ChronicleMessageLog log = Fixture.open(directory())) {
            LogArchive running = LogArchive.open(directory());
            Files.delete(ChronicleFiles.data(segment(directory(), 1)));
            int[] shown = {0};
            running.read(Position.START, Long.MAX_VALUE, record -> record.isMessage() ? ++shown[0] > 0 : true);

            assertEquals(EACH, shown[0]);
            assertThrows(LogException.class, () -> stopped.read(Position.START, Long.MAX_VALUE, SILENT));
            assertTrue(log.durableEnd() > Position.of(2, 0));
        }
    }

    @Test
    void aTailThatWasNeverSyncedIsNoDamage() throws Exception {
        write(1);
        Files.delete(segment(directory(), 1).resolve("sealed"));
        damage(1, EACH - 1);

        LogFindings findings = verify(directory());

        assertTrue(findings.isSound(), findings.toString());
        assertEquals(1, findings.remarks().size(), findings.toString());
        assertEquals(EACH - 1, findings.messages());
    }

    @Test
    void theSmallFilesAreLookedAtToo() throws Exception {
        write(1);
        Files.write(segment(directory(), 1).resolve("sealed"), new byte[28]);
        Files.write(directory().resolve("position"), new byte[1_024]);
        Files.writeString(directory().resolve("gateway-id"), "nonsense");

        assertEquals(3, verify(directory()).damage().size(), verify(directory()).toString());
    }

    @Test
    void aRepairedCopyIsSoundAndDeliversAllThatCanBeReadWhereItWas() throws Exception {
        write(4);
        damage(1, 7);
        damage(2, EACH + 300);
        SyncedFiles.deleteDirectory(segment(directory(), 3));
        Map<Long, String> survivors = readable(directory());
        Path untouched = temporary.resolve("untouched");
        copy(directory(), untouched);

        Path target = temporary.resolve("repaired");
        LogRepair repair = new LogRepair(LogArchive.open(directory()), SILENT, done -> {});
        repair.into(target);

        assertFalse(repair.findings().isSound());
        assertTrue(verify(target).isSound(), verify(target).toString());
        assertEquals(
                List.of(repair.findings().lost() + " records are marked as lost: a repair did not find them readable."),
                verify(target).remarks());
        assertEquals(survivors, readable(target));
        assertEquals(survivors, delivered(target));
        assertEquals(
                Files.readString(directory().resolve("gateway-id")), Files.readString(target.resolve("gateway-id")));
        for (int number : new int[] {1, 2, 4}) {
            assertArrayEquals(
                    Files.readAllBytes(ChronicleFiles.data(segment(untouched, number))),
                    Files.readAllBytes(ChronicleFiles.data(segment(directory(), number))));
        }
        assertThrows(
                LogException.class, () -> new LogRepair(LogArchive.open(directory()), SILENT, done -> {}).into(target));
    }

    @Test
    void aRepairInPlaceKeepsWhatWasThere() throws Exception {
        write(2);
        damage(1, 7);
        Files.write(directory().resolve("position"), new byte[1_024]);
        Map<Long, String> survivors = readable(directory());
        byte[] damaged = Files.readAllBytes(ChronicleFiles.data(segment(directory(), 1)));

        Path kept = new LogRepair(LogArchive.open(directory()), SILENT, done -> {}).inPlace();

        assertTrue(verify(directory()).isSound(), verify(directory()).toString());
        assertEquals(survivors, delivered(directory()));
        assertArrayEquals(damaged, Files.readAllBytes(ChronicleFiles.data(kept.resolve(Segment.directoryName(1)))));
    }

    @Test
    void aSessionForgetsItsPacketIdsOverWhatARepairCouldNotRead() throws Exception {
        // Its release may have been there: a packet id that waits for ever would swallow a later message.
        try (ChronicleMessageLog log = Fixture.open(directory())) {
            await(log.openSession("c", true, 3_600));
            await(log.append(message("c", 1, 2, payload(1))));
            await(log.append(message("c", 2, 1, payload(2))));
            await(log.append(message("c", 3, 1, payload(3))));
        }
        try (ChronicleMessageLog log = Fixture.open(directory())) {
            assertTrue(await(log.append(message("c", 1, 2, payload(1)))).repeated(), "as long as nothing is lost");
        }
        SyncedFiles.deleteDirectory(segment(directory(), 2));
        damage(1, 2);
        Path target = temporary.resolve("repaired");
        new LogRepair(LogArchive.open(directory()), SILENT, done -> {}).into(target);

        try (ChronicleMessageLog log = Fixture.open(target)) {
            assertFalse(await(log.append(message("c", 1, 2, payload(9)))).repeated());
        }
    }

    @Test
    void anExportedRangeIsALogOfItsOwn() throws Exception {
        write(4);
        Path target = temporary.resolve("part");

        int segments = LogExport.write(LogArchive.open(directory()), target, Position.of(2, 5), Position.of(3, 5));

        assertEquals(2, segments);
        assertEquals(Position.of(2, 5), LogArchive.open(target).settledBefore().orElseThrow());
        assertTrue(verify(target).isSound(), verify(target).toString());
        Map<Long, String> part = readable(target);
        assertEquals(2 * EACH, part.size());
        assertTrue(part.containsValue(payload(EACH)) && part.containsValue(payload(3 * EACH - 1)));
    }

    @Test
    void whatAGatewayHoldsIsReadButNotRepaired() throws Exception {
        write(1);
        try (ChronicleMessageLog log = Fixture.open(directory())) {
            CompletableFuture<Void> written = new CompletableFuture<>();
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 40 && !written.isDone(); i++) {
                    for (int k = 0; k < 200; k++) {
                        var unused = log.append(message(payload(i * 200 + k)));
                    }
                    try {
                        await(log.append(message(payload(i))));
                    } catch (Exception fault) {
                        throw new IllegalStateException(fault);
                    }
                }
            });
            int rounds = 0;
            while (!writing.isDone() || rounds == 0) {
                LogArchive running = LogArchive.open(directory());
                long[] last = {-1};
                LogFindings findings = running.verify(new StoredLogReader() {
                    @Override
                    public boolean onRecord(StoredRecord record) {
                        assertTrue(record.position() > last[0]);
                        last[0] = record.position();
                        return true;
                    }
                });
                assertTrue(running.isInUse());
                assertTrue(findings.isSound(), findings.toString());
                rounds++;
            }
            writing.get(20, TimeUnit.SECONDS);
            LogException refused = assertThrows(
                    LogException.class, () -> new LogRepair(LogArchive.open(directory()), SILENT, done -> {}));
            assertTrue(refused.getMessage().contains("stop it first"), refused.getMessage());
        }
    }

    @Test
    void withoutALogThatIsOneSentence() throws IOException {
        LogException none = assertThrows(LogException.class, () -> LogArchive.open(temporary));

        assertTrue(none.getMessage().startsWith("There is no log in"), none.getMessage());
        LogException wrong = assertThrows(LogException.class, () -> LogArchive.open(temporary.resolve("nowhere")));
        assertTrue(wrong.getMessage().startsWith("There is no directory "), wrong.getMessage());
        assertTrue(
                Files.exists(Files.createDirectories(temporary.resolve("data").resolve("log"))));
        LogException deep = assertThrows(
                LogException.class,
                () -> LogArchive.open(temporary.resolve("data").resolve("log")));
        assertTrue(deep.getMessage().endsWith("Name " + temporary.resolve("data") + "."), deep.getMessage());
    }
}
