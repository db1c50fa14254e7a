package io.forebay.storage.chronicle;

import static io.forebay.storage.chronicle.Fixture.await;
import static io.forebay.storage.chronicle.Fixture.message;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogException;
import io.forebay.storage.Position;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A torn tail is cut, what was safe once and is damaged is counted, and all else is read. */
@Timeout(180)
class DamageTest {
    private static final int MESSAGES = 5000;

    @TempDir
    Path directory;

    private final MeterRegistry meters = new SimpleMeterRegistry();

    /** Payloads that tell their number, and where in the file they stand. */
    private static String payload(int i) {
        return String.format("message-%08d-", i) + "x".repeat(60);
    }

    private ChronicleMessageLog open() {
        return ChronicleMessageLog.open(Fixture.config(directory), meters, Fixture.NOT_EXPECTED);
    }

    private void write(int commits) throws Exception {
        try (ChronicleMessageLog log = open()) {
            for (int i = 0; i < MESSAGES; i++) {
                var append = log.append(message(payload(i)));
                if (i % (MESSAGES / commits) == 0 || i == MESSAGES - 1) {
                    await(append);
                }
            }
        }
    }

    private Path data(int segment) {
        return ChronicleFiles.data(directory.resolve("log").resolve(Segment.directoryName(segment)));
    }

    private void unseal(int segment) throws IOException {
        Files.delete(data(segment).resolveSibling("sealed"));
    }

    private int offsetOf(int i) throws IOException {
        byte[] all = Files.readAllBytes(data(1));
        byte[] wanted = payload(i).substring(0, 17).getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < all.length - wanted.length; at++) {
            if (all[at] == wanted[0]
                    && java.util.Arrays.equals(all, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new AssertionError("message " + i + " is not in the file");
    }

    private void overwrite(long from, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(data(1).toFile(), "rw")) {
            file.seek(from);
            file.write(bytes);
        }
    }

    private void zero(long from, int bytes) throws IOException {
        overwrite(from, new byte[bytes]);
    }

    private List<Integer> survivors() {
        try (ChronicleMessageLog log = open()) {
            List<Integer> numbers = new ArrayList<>();
            for (String payload : Fixture.read(log, log.resumePosition())) {
                numbers.add(Integer.parseInt(payload.substring(8, 16)));
            }
            return numbers;
        }
    }

    private double skipped() {
        return meters.get("forebay.log.skipped").counter().count();
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static List<Integer> concat(List<Integer> first, List<Integer> second) {
        List<Integer> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }

    @Test
    void flippedBitCostsOneMessage() throws Exception {
        write(10);
        overwrite(offsetOf(1000) + 3, new byte[] {0});

        assertEquals(concat(range(0, 1000), range(1001, MESSAGES)), survivors());
        assertEquals(1, skipped());
    }

    @Test
    void zeroedPageInSealedSegmentIsSkippedAndCounted() throws Exception {
        write(10);
        zero(offsetOf(1000), 4096);

        List<Integer> left = survivors();
        int lost = MESSAGES - left.size();
        assertTrue(lost >= 25 && lost <= 40, "no more than what stood in the page, not " + lost);
        assertEquals(concat(range(0, 1000), range(1000 + lost, MESSAGES)), left);
        assertEquals(lost, skipped());
    }

    @Test
    void garbageInFramesCostsNoMessageButItsOwn() throws Exception {
        write(10);
        for (int i = 500; i < MESSAGES; i += 500) {
            int frame = offsetOf(i) - RecordCodec.CLIENT - "c\0t/c".length() - 4;
            overwrite(frame, new byte[] {(byte) i, (byte) (i >> 2), (byte) (i >> 3), 0});
        }

        List<Integer> left = survivors();
        assertEquals(
                range(0, MESSAGES).stream().filter(i -> i == 0 || i % 500 != 0).toList(), left);
        assertEquals(9, skipped());
    }

    @Test
    void tornTailOfDeadProcessIsTheEnd() throws Exception {
        write(2);
        unseal(1);
        int from = offsetOf(4000);
        zero(from, offsetOf(4999) - from + 200);

        assertEquals(range(0, 4000), survivors());
        assertEquals(0, skipped(), "what was never promised is not lost");
        assertEquals(range(0, 4000), survivors(), "and stays so");
    }

    @Test
    void holeBeforeLastSyncOfDeadProcessIsLossAndNotTheEnd() throws Exception {
        write(100);
        unseal(1);
        zero(offsetOf(1000), 4096);

        List<Integer> left = survivors();
        assertEquals(MESSAGES - 1, left.get(left.size() - 1));
        assertTrue(left.size() > MESSAGES - 50);
        assertEquals(MESSAGES - left.size(), skipped());
    }

    @Test
    void holeInTheTailThatWasNeverSyncedIsTheEnd() throws Exception {
        // One batch: whatever is in it knows of no sync behind its beginning.
        FaultyDisk disk = new FaultyDisk();
        try (ChronicleMessageLog log = Fixture.open(directory, disk)) {
            disk.gate = new java.util.concurrent.Semaphore(0);
            List<io.vertx.core.Future<?>> all = new ArrayList<>();
            all.add(log.append(message(payload(0))));
            disk.arrived.acquire();
            for (int i = 1; i < MESSAGES; i++) {
                all.add(log.append(message(payload(i))));
            }
            disk.gate.release(1000);
            await(io.vertx.core.Future.join(all));
        }
        unseal(1);
        zero(offsetOf(1000), 4096);

        assertEquals(range(0, 1000), survivors());
        assertEquals(0, skipped());
    }

    @Test
    void truncatedFileIsReadToItsCut() throws Exception {
        write(10);
        try (RandomAccessFile file = new RandomAccessFile(data(1).toFile(), "rw")) {
            file.setLength(offsetOf(3000));
        }

        assertEquals(range(0, 3000), survivors());
        assertEquals(MESSAGES - 3000, skipped());
    }

    @Test
    void damagedSealIsReplacedByReading() throws Exception {
        write(10);
        Files.write(data(1).resolveSibling("sealed"), new byte[] {1, 2, 3});

        assertEquals(range(0, MESSAGES), survivors());
    }

    @Test
    void fileThatChronicleCannotOpenIsStillRead() throws Exception {
        write(10);
        unseal(1);
        zero(0, 64);

        assertEquals(range(0, MESSAGES), survivors());
    }

    @Test
    void unusedSegmentsOfDeadProcessAreDeleted() throws Exception {
        write(10);
        Path unused = directory.resolve("log").resolve(Segment.directoryName(7));
        SegmentWriter.create(unused, 7, Fixture.SEGMENT, Disk.real()).abandon();
        Path half = directory.resolve("log").resolve(Segment.directoryName(8));
        Files.createDirectory(half);
        Files.write(half.resolve("19700102F.precreated"), new byte[100]);

        try (ChronicleMessageLog log = open()) {
            assertEquals(MESSAGES, Fixture.read(log, Position.START).size());
            assertTrue(Files.notExists(unused));
            assertTrue(Files.notExists(half) && Position.segment(log.durableEnd()) > 8);
        }
    }

    @Test
    void sealOfANewerVersionIsRefusedAndNotReplaced() throws Exception {
        write(1);
        Path seal = data(1).resolveSibling("sealed");
        byte[] newer = new byte[40];
        System.arraycopy(Files.readAllBytes(seal), 0, newer, 0, 28);
        RecordCodec.putInt(newer, 4, 2);
        RecordCodec.putInt(newer, 36, Crc.of(newer, 0, 36));
        Files.write(seal, newer);

        LogException refused = assertThrows(LogException.class, this::open);
        assertTrue(refused.getMessage().contains("sealed by a newer version"), refused.getMessage());
        assertArrayEquals(newer, Files.readAllBytes(seal));
    }

    @Test
    void newerFormatIsRefusedWithOneSentence() throws Exception {
        Path segment = directory.resolve("log").resolve(Segment.directoryName(1));
        Files.createDirectories(segment.getParent());
        SegmentWriter writer = SegmentWriter.create(segment, 1, Fixture.SEGMENT, Disk.real());
        byte[] record = RecordCodec.message(message("from the future"));
        record[2] = 9;
        writer.append(RecordCodec.sealBody(record), 0, false);
        writer.abandon();

        LogException refused = assertThrows(LogException.class, this::open);
        assertTrue(refused.getMessage().contains("newer version"), refused.getMessage());
        assertThrows(LogException.class, this::open, "not because the directory stayed locked");
    }
}
