package io.forebay.storage.chronicle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.Message;
import io.forebay.storage.Position;
import io.forebay.storage.chronicle.RecordView.Soundness;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
    private static final long POSITION = Position.of(3, 77);

    private Soundness check(byte[] record) {
        return RecordView.of(record).check();
    }

    private byte[] sealed(byte[] made) {
        byte[] record = RecordCipher.NONE.seal(made);
        RecordCodec.sealTrailer(record, POSITION, Position.of(3, 70), true);
        return record;
    }

    @Test
    void everyMessageComesBackAsItWas() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            Message sent = randomMessage(random);
            byte[] record = sealed(RecordCodec.message(sent));

            assertEquals(Soundness.SOUND, check(record), "seed " + seed);
            RecordView view = RecordView.of(record);
            Message read = view.message();
            assertArrayEquals(sent.payload(), read.payload(), "seed " + seed);
            assertArrayEquals(sent.properties(), read.properties(), "seed " + seed);
            assertEquals(describe(sent), describe(read), "seed " + seed);
            assertEquals(sent.clientId() + "\0" + sent.topic(), view.lane(), "seed " + seed);
            assertEquals(Position.of(3, 70), view.syncedBefore());
        }
    }

    private static String describe(Message m) {
        return m.arrivedAtMs() + " " + m.clientId() + " " + m.topic() + " " + m.qos() + m.retain() + m.dup() + " "
                + m.protocolLevel() + " " + m.packetId() + " " + m.username();
    }

    private static Message randomMessage(Random random) {
        byte[] properties = new byte[random.nextInt(40)];
        byte[] payload = new byte[random.nextInt(300)];
        random.nextBytes(properties);
        random.nextBytes(payload);
        return new Message(
                random.nextLong(),
                "ü€😀x".repeat(1 + random.nextInt(9)),
                "t/" + random.nextInt(),
                random.nextInt(3),
                random.nextBoolean(),
                random.nextBoolean(),
                4 + random.nextInt(2),
                random.nextInt(65536),
                properties,
                payload,
                random.nextBoolean() ? "" : "üser€".repeat(1 + random.nextInt(9)));
    }

    @Test
    void noFlippedBitPasses() {
        byte[] record = sealed(RecordCodec.message(Fixture.message("payload")));
        for (int bit = 0; bit < record.length * 8; bit++) {
            record[bit / 8] ^= (byte) (1 << bit % 8);
            assertEquals(Soundness.DAMAGED, check(record), "bit " + bit);
            record[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertEquals(Soundness.SOUND, check(record));
    }

    @Test
    void cutRecordAndZerosAreDamage() {
        byte[] record = sealed(RecordCodec.message(Fixture.message("payload")));
        for (int length = 0; length < record.length; length++) {
            assertEquals(Soundness.DAMAGED, check(Arrays.copyOf(record, length)), "length " + length);
        }
        assertEquals(Soundness.DAMAGED, check(new byte[100]));
    }

    @Test
    void recordKnowsItsPosition() {
        RecordView view = RecordView.of(sealed(RecordCodec.message(Fixture.message("payload"))));

        assertEquals(POSITION, view.position());
        assertEquals(3, view.segment());
        assertEquals(77, view.index());
        assertTrue(view.remembered());
    }

    @Test
    void recordIsReadWhereItLies() {
        byte[] record = sealed(RecordCodec.message(Fixture.message("payload")));
        byte[] around = new byte[record.length + 100];
        System.arraycopy(record, 0, around, 37, record.length);
        RecordView view = new RecordView();
        view.at(around, 37, record.length);

        assertEquals(Soundness.SOUND, view.check());
        assertEquals("payload", new String(view.message().payload(), StandardCharsets.UTF_8));
        assertTrue(RecordView.mayStartAt(around, 37));
    }

    @Test
    void newerVersionIsToldFromDamage() {
        byte[] record = RecordCodec.message(Fixture.message("payload"));
        record[2] = RecordCodec.VERSION + 1;
        byte[] newer = sealed(record);

        assertEquals(Soundness.NEWER_VERSION, check(newer));
    }

    /** What version 1 wrote is on the disks of gateways; these are its bytes. */
    @Test
    void recordOfVersion1IsReadAndWrittenAsEver() {
        Message message = new Message(
                0x0102030405060708L, "c\u00e9", "t/1", 1, true, true, 5, 0x1234, new byte[] {1, 1}, new byte[] {9});
        byte[] record = sealed(RecordCodec.message(message));
        String golden = "f0ba01" + hex(RecordKind.MESSAGE.code) + "0000003b" + "0102030405060708" + "0d" + "05" + "1234"
                + "0003" + "0003" + "00000002" + "63c3a9" + "00" + "742f31" + "0101" + "09";

        assertEquals(golden, HexFormat.of().formatHex(record, 0, record.length - RecordCodec.TRAILER));
        assertEquals("", RecordView.of(record).message().username());
    }

    private static String hex(byte code) {
        return HexFormat.of().toHexDigits(code);
    }

    @Test
    void userNameMakesItVersion2SoThatAnEarlierGatewayRefusesIt() {
        byte[] record = sealed(RecordCodec.message(Fixture.message("payload").withUsername("u")));

        assertEquals(2, record[2]);
        assertEquals("u", RecordView.of(record).username());
        assertEquals("payload", new String(RecordView.of(record).message().payload(), StandardCharsets.UTF_8));
    }

    @Test
    void controlRecordsComeBack() {
        RecordView release = RecordView.of(sealed(RecordCodec.release("clîent", 65535)));
        assertEquals(Soundness.SOUND, release.check());
        assertEquals(RecordKind.RELEASE, release.kind());
        assertEquals(65535, release.u16(RecordCodec.BODY));
        assertEquals("clîent", release.textFrom(RecordCodec.BODY + 2));

        RecordView closed = RecordView.of(sealed(RecordCodec.sessionClosed("c", 60, 1234)));
        assertEquals(RecordKind.SESSION_CLOSED, closed.kind());
        assertEquals("c", closed.textFrom(RecordCodec.BODY + 16));
    }

    @Test
    void tooLongNamesAreRefused() {
        byte[] name = "x".repeat(65536).getBytes(StandardCharsets.UTF_8);
        Message message = Fixture.message(new String(name, StandardCharsets.UTF_8), 1, 1, "");

        assertThrows(IllegalArgumentException.class, () -> RecordCodec.message(message));
    }
}
