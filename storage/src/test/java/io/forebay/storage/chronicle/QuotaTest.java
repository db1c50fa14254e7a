package io.forebay.storage.chronicle;

import static io.forebay.storage.chronicle.Fixture.await;
import static io.forebay.storage.chronicle.Fixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.forebay.storage.LogState;
import io.forebay.storage.MessageLog.Appended;
import io.forebay.storage.Position;
import io.forebay.storage.SpaceConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is stored beside the log fills it, though its present segment has room. */
@Timeout(120)
class QuotaTest {
    private static final long MAX = 4 * Fixture.SEGMENT;

    @TempDir
    Path directory;

    private final AtomicLong others = new AtomicLong();

    private ChronicleMessageLog open() {
        return ChronicleMessageLog.open(
                Fixture.config(directory).withSpace(new SpaceConfig(MAX, others::get, 0)),
                new SimpleMeterRegistry(),
                Fixture.NOT_EXPECTED);
    }

    private static Future<Appended> appendUntilFull(ChronicleMessageLog log) {
        Future<Appended> last = log.append(message("waits"));
        while (log.state() != LogState.FULL) {
            if (last.isComplete()) {
                last = log.append(message("waits"));
            }
        }
        return last;
    }

    @Test
    void logWaitsWhileTheStateTakesTheSpaceAndGoesOnByItself() throws Exception {
        try (ChronicleMessageLog log = open()) {
            await(log.append(message("before")));
            others.set(MAX);
            Future<Appended> waits = appendUntilFull(log);
            assertFalse(waits.failed());

            others.set(0);
            await(waits);
            await(log.append(message("after")));
            assertEquals(LogState.OPEN, log.state());
            List<String> read = Fixture.read(log, Position.START);
            assertEquals("before", read.get(0));
            assertEquals("after", read.get(read.size() - 1));
        }
    }

    @Test
    void overdrawnLogClosesAndFailsWhatWaits() throws Exception {
        ChronicleMessageLog log = open();
        others.set(MAX);
        Future<Appended> waits = appendUntilFull(log);
        log.close();
        assertFalse(waits.succeeded());
    }
}
