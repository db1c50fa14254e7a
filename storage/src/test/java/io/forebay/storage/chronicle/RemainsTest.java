package io.forebay.storage.chronicle;

import static io.forebay.storage.chronicle.Fixture.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogConfig;
import io.forebay.storage.LogCursor;
import io.forebay.storage.LogFindings;
import io.forebay.storage.Message;
import io.forebay.storage.Position;
import io.forebay.storage.ProbableLanes;
import io.forebay.storage.ProbableLanes.Lane;
import io.forebay.storage.encryption.Keyring;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was lost is named by its lanes where its remains tell them, and nobody is named who has no part in it. */
@Timeout(120)
class RemainsTest {
    private static final String LOST = " records that were once safe cannot be read";

    @TempDir
    Path directory;

    private static String client(int i) {
        return String.format("pump-%03d", i);
    }

    private static String payload(int i) {
        return String.format("payload-%03d-", i) + "x".repeat(40);
    }

    private static Message message(int i) {
        return Fixture.message(client(i), i, 1, payload(i));
    }

    private void write(Keyring keys, Message... messages) throws Exception {
        LogConfig plain = Fixture.config(directory);
        LogConfig config = keys == Keyring.NONE ? plain : plain.withKeys(keys);
        try (ChronicleMessageLog log =
                ChronicleMessageLog.open(config, new SimpleMeterRegistry(), Fixture.NOT_EXPECTED)) {
            for (Message message : messages) {
                await(log.append(message));
            }
        }
    }

    private void write(int messages) throws Exception {
        write(
                Keyring.NONE,
                IntStream.range(0, messages).mapToObj(RemainsTest::message).toArray(Message[]::new));
    }

    private Path data() {
        return ChronicleFiles.data(directory.resolve("log").resolve(Segment.directoryName(1)));
    }

    /** Zeros bytes from where {@code text} begins. */
    private void zero(String text, int before, int count) throws IOException {
        int at = new String(Files.readAllBytes(data()), StandardCharsets.ISO_8859_1).indexOf(text);
        assertTrue(at > 0, text);
        try (RandomAccessFile file = new RandomAccessFile(data().toFile(), "rw")) {
            file.seek(at - before);
            file.write(new byte[count]);
        }
    }

    private String found() {
        LogFindings findings = LogArchive.open(directory).verify(record -> true);
        assertEquals(1, findings.damage().size(), findings.toString());
        String damage = findings.damage().get(0).what();
        assertTrue(damage.contains(LOST), damage);
        return damage.replace(LOST, "");
    }

    @Test
    void aRecordWhosePayloadIsDamagedIsProbablyOfTheLaneThatItNames() throws Exception {
        write(9);
        zero(payload(4), 0, 5);

        assertEquals("1, probably of client 'pump-004' topic 't/pump-004'", found());
    }

    @Test
    void theStartTellsTheSameOfASegmentThatNobodyClosed() throws Exception {
        write(9);
        zero(payload(4), 0, 5);
        List<String> told = new ArrayList<>();
        SegmentReader.Losses losses = (segment, from, to, lanes) -> told.add(to - from + lanes.words());

        try (SegmentReader reader = new SegmentReader(1, data().getParent(), new SegmentOffsets())) {
            assertEquals(
                    10,
                    UnsealedSegment.read(1, reader, losses, SegmentRepair.UNKNOWN)
                            .records());
        }
        try (SegmentReader reader = new SegmentReader(1, data().getParent(), new SegmentOffsets())) {
            assertEquals(6, reader.readAtOrAfter(5, 10, losses));
            assertEquals("pump-005", reader.record().messageClient());
        }

        assertEquals(
                List.of(
                        "1, probably of client 'pump-004' topic 't/pump-004'",
                        "1, probably of client 'pump-004' topic 't/pump-004'"),
                told);
    }

    @Test
    void ofAHeaderThatIsGoneNothingIsTold() throws Exception {
        write(9);
        zero(client(4), RecordCodec.CLIENT, 30);

        assertEquals("1", found());
    }

    @Test
    void behindAHeaderThatIsGoneThoseThatCanBeReadAreTold() throws Exception {
        write(9);
        zero(client(3), RecordCodec.CLIENT, 30);
        zero(payload(4), 0, 5);
        zero(payload(5), 0, 5);

        assertEquals(
                "3, probably of client 'pump-004' topic 't/pump-004', client 'pump-005' topic 't/pump-005'", found());
    }

    @Test
    void tenAreNamedAndTheOthersCounted() throws Exception {
        write(20);
        for (int i = 2; i < 17; i++) {
            zero(payload(i), 0, 5);
        }

        String found = found();

        assertTrue(found.startsWith("15, probably of client 'pump-002' topic"), found);
        assertTrue(found.endsWith(", client 'pump-011' topic 't/pump-011' and, of others, 5 more messages"), found);
    }

    @Test
    void namesCannotForgeALine() {
        ProbableLanes lanes = new ProbableLanes(List.of(new Lane("a\nERROR b", "t".repeat(200))), 0);

        assertEquals(", probably of client 'a?ERROR b' topic '" + "t".repeat(100) + "...'", lanes.words());
    }

    /** A device may publish whatever looks like a record. */
    @Test
    void recordsWithinAPayloadAreNotBelieved() throws Exception {
        byte[] forged = RecordCodec.sealBody(RecordCodec.message(Fixture.message("forged", 1, 1, "y".repeat(40))));
        RecordCodec.sealTrailer(forged, Position.of(1, 2), Position.START, false);
        byte[] aligned = new byte[forged.length + 8];
        Message[] messages =
                IntStream.range(0, 9).mapToObj(RemainsTest::message).toArray(Message[]::new);
        for (int shift = 0; shift < 4; shift++) {
            Arrays.fill(aligned, (byte) 'z');
            System.arraycopy(forged, 0, aligned, shift + 4, forged.length);
            messages[4 + shift] = Fixture.message(client(4 + shift), 1, 1, aligned.clone());
        }
        write(Keyring.NONE, messages);
        for (int i = 4; i < 8; i++) {
            zero(client(i), RecordCodec.CLIENT, 30);
        }

        assertEquals("4", found());
    }

    @Test
    void encryptedRecordsLeaveNothing() throws Exception {
        Keyring keys = EncryptedLogTest.keys(1);
        write(keys, IntStream.range(0, 9).mapToObj(RemainsTest::message).toArray(Message[]::new));
        long third = Position.of(1, 3);
        byte[] trailer = new byte[Long.BYTES];
        RecordCodec.putLong(trailer, 0, third);
        zero(new String(trailer, StandardCharsets.ISO_8859_1), 10, 4);

        List<ProbableLanes> told = new ArrayList<>();
        try (SegmentReader reader =
                new SegmentReader(1, data().getParent(), new SegmentOffsets(), Disk.real(), new RecordCipher(keys))) {
            assertEquals(4, reader.readAtOrAfter(3, 9, (segment, from, to, lanes) -> told.add(lanes)));
        }

        assertEquals(List.of(ProbableLanes.NONE), told);
    }

    @Test
    void whatIsLostAtTheEndIsNamedToo() throws Exception {
        write(9);
        write(1); // Its first record tells where the segment before ended.
        Files.delete(data().resolveSibling("sealed"));
        zero(payload(8), 0, 5);

        LogFindings findings = LogArchive.open(directory).verify(record -> true);

        assertTrue(findings.toString().contains("probably of client 'pump-008'"), findings.toString());
        try (ChronicleMessageLog log = Fixture.open(directory);
                LogCursor cursor = log.cursor(Position.START)) {
            while (cursor.next()) {
                assertFalse(cursor.lane().startsWith("pump-008"));
            }
            assertEquals(1, log.status().skipped());
        }
    }
}
