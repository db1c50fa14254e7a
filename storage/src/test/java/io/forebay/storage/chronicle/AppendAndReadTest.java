package io.forebay.storage.chronicle;

import static io.forebay.storage.chronicle.Fixture.await;
import static io.forebay.storage.chronicle.Fixture.message;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogConfig;
import io.forebay.storage.LogCursor;
import io.forebay.storage.Message;
import io.forebay.storage.MessageLog.Appended;
import io.forebay.storage.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a message through the log. */
class AppendAndReadTest {
    @TempDir
    Path directory;

    @Test
    void whatIsAppendedIsReadBackWithoutLoss() throws Exception {
        Message sent = new Message(
                123, "client ü", "a/b/ç", 1, true, true, 5, 65535, new byte[] {1, 1}, new byte[] {0, -1, 127, -128});

        try (ChronicleMessageLog log = Fixture.open(directory);
                LogCursor cursor = log.cursor(log.resumePosition())) {
            assertFalse(cursor.next());
            assertFalse(await(log.append(sent)).repeated());

            assertTrue(cursor.next());
            assertEquals("client ü\0a/b/ç", cursor.lane());
            assertEquals("a/b/ç", cursor.topic());
            assertTrue(cursor.retain());
            Message read = cursor.message();
            assertEquals(sent.clientId(), read.clientId());
            assertEquals(sent.topic(), read.topic());
            assertEquals(sent.arrivedAtMs(), read.arrivedAtMs());
            assertEquals(sent.packetId(), read.packetId());
            assertEquals(5, read.protocolLevel());
            assertTrue(read.retain() && read.dup() && read.qos() == 1);
            assertArrayEquals(sent.properties(), read.properties());
            assertArrayEquals(sent.payload(), read.payload());
            assertFalse(cursor.next());
            assertEquals(log.durableEnd(), cursor.nextPosition());
        }
    }

    @Test
    void whatCameOverAmqpIsKnownAsSuch() throws Exception {
        Message fromAmqp =
                new Message(1, "amqp", "t", 2, false, false, Message.FROM_AMQP, 0, new byte[0], new byte[] {1});

        try (ChronicleMessageLog log = Fixture.open(directory);
                LogCursor cursor = log.cursor(Position.START)) {
            await(log.append(message("c", 1, 1, "from a device")));
            assertFalse(await(log.append(fromAmqp)).repeated());

            assertTrue(cursor.next());
            assertFalse(cursor.fromAmqp());
            assertTrue(cursor.next());
            assertTrue(cursor.fromAmqp());
            assertTrue(cursor.message().fromAmqp());
        }
    }

    @Test
    void numberOfWhatCameOverAmqpIsNoHandshakeWithADeviceOfItsName() throws Exception {
        Message fromAmqp =
                new Message(1, "amqp", "t", 2, false, false, Message.FROM_AMQP, 7, new byte[0], new byte[] {1});

        try (ChronicleMessageLog log = Fixture.open(directory);
                LogCursor cursor = log.cursor(Position.START)) {
            assertFalse(await(log.openSession("amqp", true, 60)));
            assertFalse(await(log.append(fromAmqp)).repeated());
            assertFalse(await(log.append(fromAmqp)).repeated());

            assertTrue(cursor.next());
            assertEquals(7, cursor.message().packetId());
            assertTrue(cursor.next());
        }
    }

    @Test
    void emptyAndLargestPayloadsComeBack() throws Exception {
        byte[] large = new byte[(2 << 20) - (1 << 10) - 4];
        large[large.length - 1] = 7;

        LogConfig largest =
                new LogConfig(directory, Fixture.SEGMENT, 1L << 30, 0, (2 << 20) - (1 << 10), 1000, 64L << 20, 10);

        try (ChronicleMessageLog log =
                        ChronicleMessageLog.open(largest, new SimpleMeterRegistry(), Fixture.NOT_EXPECTED);
                LogCursor cursor = log.cursor(Position.START)) {
            await(log.append(message("c", 1, 1, new byte[0])));
            await(log.append(message("c", 2, 1, large)));

            assertTrue(cursor.next());
            assertEquals(0, cursor.message().payload().length);
            assertTrue(cursor.next());
            assertArrayEquals(large, cursor.message().payload());
        }
    }

    @Test
    void readingGoesOnFromSegmentToSegment() throws Exception {
        int messages = 300;
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            List<Future<Appended>> all = new ArrayList<>();
            for (int i = 0; i < messages; i++) {
                byte[] payload = new byte[100_000];
                RecordCodec.putInt(payload, 0, i);
                all.add(log.append(message("c", i, 1, payload)));
            }
            await(Future.join(all));

            assertTrue(Position.segment(log.durableEnd()) >= 4);
            long last = 0;
            try (LogCursor cursor = log.cursor(Position.START)) {
                for (int i = 0; i < messages; i++) {
                    assertTrue(cursor.next());
                    assertEquals(i, RecordCodec.getInt(cursor.message().payload(), 0));
                    assertTrue(cursor.position() > last);
                    last = cursor.position();
                }
                assertFalse(cursor.next());
            }
            long control = Position.segment(log.durableEnd());
            assertEquals(messages + control, log.recordsBetween(Position.START, log.durableEnd()));
        }
    }

    @Test
    void cursorMovesBackAndForth() throws Exception {
        try (ChronicleMessageLog log = Fixture.open(directory);
                LogCursor cursor = log.cursor(Position.START)) {
            List<Future<Appended>> all = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                all.add(log.append(message("m" + i)));
            }
            await(Future.join(all));
            long[] positions = new long[1000];
            for (int i = 0; i < 1000; i++) {
                assertTrue(cursor.next());
                positions[i] = cursor.position();
            }
            for (int i : new int[] {999, 0, 500, 501, 3}) {
                assertTrue(cursor.moveTo(positions[i]).next());
                assertEquals("m" + i, new String(cursor.message().payload(), java.nio.charset.StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void backlogIsThereAfterManyRestarts() throws Exception {
        List<String> expected = new ArrayList<>();
        String id = null;
        for (int run = 0; run < 6; run++) {
            try (ChronicleMessageLog log = Fixture.open(directory)) {
                assertTrue(id == null || id.equals(log.gatewayId()));
                id = log.gatewayId();
                for (int i = 0; i < 10; i++) {
                    expected.add(run + "-" + i);
                    await(log.append(message(run + "-" + i)));
                }
                assertEquals(expected, Fixture.read(log, log.resumePosition()));
            }
        }
    }
}
