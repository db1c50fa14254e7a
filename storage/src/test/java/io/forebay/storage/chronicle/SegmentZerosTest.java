package io.forebay.storage.chronicle;

import static io.forebay.storage.chronicle.Fixture.await;
import static io.forebay.storage.chronicle.Fixture.message;
import static io.forebay.storage.chronicle.Fixture.until;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.forebay.storage.MessageLog.Appended;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Zeros are written ahead, and nobody waits for them. */
@Timeout(120)
class SegmentZerosTest {
    private static final int SEGMENTS = 3;
    private static final int PAYLOAD = 100_000;

    @TempDir
    Path directory;

    private final FaultyDisk disk = new FaultyDisk();

    private ChronicleMessageLog open(boolean zeros) {
        return ChronicleMessageLog.open(
                Fixture.config(directory).withZeros(zeros), new SimpleMeterRegistry(), Fixture.NOT_EXPECTED, disk);
    }

    @Test
    void segmentsAreWrittenWithZerosAhead() throws Exception {
        try (ChronicleMessageLog log = open(true)) {
            until(() -> disk.zeroed.get() == 2);
            await(log.append(message("m")));
        }
    }

    @Test
    void withoutThemNothingIsWrittenTwice() throws Exception {
        try (ChronicleMessageLog log = open(false)) {
            await(log.append(message("m")));
        }
        assertEquals(0, disk.zeroed.get());
    }

    @Test
    void whoNeedsASegmentNowDoesNotWaitForItsZeros() throws Exception {
        try (ChronicleMessageLog log = open(true)) {
            disk.zerosLast = true;
            List<Future<Appended>> all = new ArrayList<>();
            for (long bytes = 0; bytes < SEGMENTS * Fixture.SEGMENT; bytes += PAYLOAD) {
                all.add(log.append(message("c", all.size() + 1, 1, new byte[PAYLOAD])));
            }
            await(Future.join(all));
        }
    }
}
