package io.forebay.storage.chronicle;

import static io.forebay.storage.chronicle.Fixture.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogCursor;
import io.forebay.storage.Position;
import java.nio.file.Path;
import java.util.Random;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our reader sees in a segment file exactly what Chronicle Queue's own tailer sees in it. */
class ChronicleCompatibilityTest {
    @TempDir
    Path directory;

    @Test
    void readerAndTailerSeeTheSame() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int messages = 20_000;
        try (ChronicleMessageLog log = Fixture.open(directory)) {
            for (int i = 0; i < messages; i++) {
                byte[] payload = new byte[random.nextInt(random.nextInt(50) == 0 ? 5000 : 200)];
                random.nextBytes(payload);
                var append = log.append(Fixture.message("c", i, 1, payload));
                if (i == messages - 1) {
                    await(append);
                }
            }
            assertEquals(1, Position.segment(log.durableEnd()), "seed " + seed);

            try (LogCursor cursor = log.cursor(Position.START);
                    SingleChronicleQueue queue = readOnly();
                    ExcerptTailer tailer = queue.createTailer()) {
                // The snapshot of the sessions comes first.
                assertTrue(nextLength(tailer, new byte[100]) > 0);
                for (int i = 0; i < messages; i++) {
                    compare(cursor, tailer, "message " + i + ", seed " + seed);
                }
                assertFalse(cursor.next());
                assertEquals(-1, nextLength(tailer, new byte[100]));
            }
        }
    }

    private static void compare(LogCursor cursor, ExcerptTailer tailer, String what) {
        byte[] document = new byte[10_000];
        assertTrue(cursor.next(), what);
        int length = nextLength(tailer, document);
        RecordView view = new RecordView();
        view.at(document, 0, length);
        assertEquals(RecordView.Soundness.SOUND, view.check(), what);
        assertEquals(cursor.position(), view.position(), what);
        assertArrayEquals(cursor.message().payload(), view.message().payload(), what);
    }

    private static int nextLength(ExcerptTailer tailer, byte[] target) {
        try (DocumentContext document = tailer.readingDocument()) {
            if (!document.isPresent()) {
                return -1;
            }
            Bytes<?> bytes = document.wire().bytes();
            return bytes.read(target, 0, (int) bytes.readRemaining());
        }
    }

    private SingleChronicleQueue readOnly() {
        return SingleChronicleQueueBuilder.single(directory
                        .resolve("log")
                        .resolve(Segment.directoryName(1))
                        .toFile())
                .rollCycle(RollCycles.FAST_DAILY)
                .timeProvider(() -> 86_400_000L)
                .blockSize(Fixture.SEGMENT)
                .readOnly(true)
                .build();
    }
}
