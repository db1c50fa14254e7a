package io.forebay.storage.chronicle;

import static io.forebay.storage.chronicle.Fixture.await;
import static io.forebay.storage.chronicle.Fixture.message;
import static io.forebay.storage.chronicle.Fixture.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogCursor;
import io.forebay.storage.LogException;
import io.forebay.storage.Message;
import io.forebay.storage.MessageLog.Released;
import io.forebay.storage.encryption.Keyring;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedLogTest {
    @TempDir
    Path directory;

    static Keyring keys(int... seeds) {
        return Keyring.parse(Arrays.stream(seeds)
                .mapToObj(seed -> {
                    byte[] key = new byte[32];
                    key[31] = (byte) seed;
                    return Base64.getEncoder().encodeToString(key);
                })
                .toList());
    }

    private ChronicleMessageLog open(Keyring keys) {
        return ChronicleMessageLog.open(
                Fixture.config(directory).withKeys(keys), new SimpleMeterRegistry(), Fixture.NOT_EXPECTED);
    }

    private long occurrences(String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> {
                        try {
                            String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                            return bytes.contains(text);
                        } catch (IOException cause) {
                            throw new AssertionError(cause);
                        }
                    })
                    .count();
        }
    }

    private static Message revealing() {
        byte[] properties = {0x26, 0, 3, 'p', 'r', 'o', 0, 3, 'p', 'e', 'r'};
        return new Message(
                1,
                "client-seen",
                "topic-seen",
                2,
                false,
                false,
                5,
                7,
                properties,
                "payload-seen".getBytes(StandardCharsets.US_ASCII),
                "user-seen");
    }

    @Test
    void nothingOfAMessageOrASessionCanBeFoundInTheFiles() throws Exception {
        try (ChronicleMessageLog log = open(keys(1))) {
            await(log.openSession("client-seen", true, 1_000));
            await(log.append(revealing()));
            await(log.closeSession("client-seen", 1_000));
        }
        try (ChronicleMessageLog log = open(keys(1))) { // Its first record is a snapshot of the session.
            try (LogCursor cursor = log.cursor(0)) {
                assertTrue(cursor.next());
                assertEquals(revealing().username(), cursor.username());
                assertEquals("client-seen\0topic-seen", cursor.lane());
                assertEquals("payload-seen", new String(cursor.message().payload(), StandardCharsets.US_ASCII));
                assertEquals(revealing().properties().length, cursor.message().properties().length);
            }
            assertEquals(Released.RELEASED, await(log.release("client-seen", 7)));
        }
        for (String part : List.of("client-seen", "topic-seen", "payload-seen", "user-seen", "pro\0\3per")) {
            assertEquals(0, occurrences(part), part);
        }
    }

    @Test
    void aRecordThatANewerVersionHasEncryptedIsToldFromDamage() {
        byte[] newer = RecordCodec.message(message("of tomorrow"));
        newer[2] = RecordCodec.VERSION + 1;
        RecordCipher cipher = new RecordCipher(keys(1));
        byte[] sealed = cipher.seal(newer);
        RecordCodec.sealTrailer(sealed, 1, 0, false);
        RecordView view = new RecordView(cipher);
        view.at(sealed, 0, sealed.length);

        assertEquals(RecordView.Soundness.NEWER_VERSION, view.check());
    }

    @Test
    void keysAreRotatedByPuttingTheNewOneFirst() throws Exception {
        try (ChronicleMessageLog log = open(Keyring.NONE)) {
            await(log.append(message("plain")));
        }
        try (ChronicleMessageLog log = open(keys(1))) {
            await(log.append(message("of the first key")));
        }
        try (ChronicleMessageLog log = open(keys(2, 1))) {
            await(log.append(message("of the second key")));
        }
        try (ChronicleMessageLog log = open(keys(3, 2, 1))) {
            assertEquals(List.of("plain", "of the first key", "of the second key"), read(log, 0));
        }
        assertEquals(1, occurrences("plain"));
    }

    @Test
    void startWithoutAKeyThatIsStillNeededIsRefusedAndNamesIt() throws Exception {
        try (ChronicleMessageLog log = open(keys(1))) {
            await(log.append(message("of the first key")));
        }
        try (ChronicleMessageLog log = open(keys(2, 1))) {
            await(log.append(message("of the second key")));
        }
        LogException missing = assertThrows(LogException.class, () -> open(keys(2)));
        assertTrue(missing.getMessage().contains(Keyring.text(keys(1).current())), missing.getMessage());
        LogException none = assertThrows(LogException.class, () -> open(Keyring.NONE));
        assertTrue(none.getMessage().contains("no key is given"), none.getMessage());
        assertThrows(LogException.class, () -> open(keys(3)));
    }

    @Test
    void missingKeyIsFoundFromTheRecordsToo() throws Exception {
        try (ChronicleMessageLog log = open(keys(1))) {
            await(log.append(message("one")));
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(file -> file.endsWith("key")).toList()) {
                Files.delete(file);
            }
        }
        assertThrows(LogException.class, () -> open(keys(2)));
        try (ChronicleMessageLog log = open(keys(1))) {
            assertEquals(List.of("one"), read(log, 0));
        }
    }

    @Test
    void damageCostsOneMessageAndIsNoWrongKey() throws Exception {
        try (ChronicleMessageLog log = open(keys(1))) {
            for (int i = 0; i < 5; i++) {
                await(log.append(message("c", 1, 1, new byte[10_000])));
            }
        }
        Path data = ChronicleFiles.data(directory.resolve("log").resolve(Segment.directoryName(1)));
        byte[] bytes = Files.readAllBytes(data);
        int last = bytes.length - 4;
        while (!RecordView.mayStartAt(bytes, --last)) {
            // To the last record.
        }
        bytes[last + 5_000] ^= 1;
        Files.write(data, bytes);
        try (ChronicleMessageLog log = open(keys(1))) {
            assertEquals(4, read(log, 0).size());
        }
    }

    @Test
    void recordBelongsToItsHead() {
        RecordCipher cipher = new RecordCipher(keys(1));
        byte[] record = cipher.seal(RecordCodec.message(message("payload")));
        record[3] = RecordKind.SESSION_ENDED.code;
        byte[] unused = RecordCodec.sealBody(record);
        RecordCodec.sealTrailer(record, 0, 0, false);
        RecordView view = new RecordView(cipher);
        view.at(record, 0, record.length);

        assertEquals(RecordView.Soundness.DAMAGED, view.check());
        assertFalse(RecordCipher.mayBe(RecordCodec.BODY + RecordCodec.TRAILER));
    }
}
