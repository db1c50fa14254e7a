package io.forebay.storage.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.Forecast;
import io.forebay.storage.LogConfig;
import io.forebay.storage.SpaceConfig;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the limits leave to the log, with a clock and a disk of its own. */
class SpaceTest {
    private static final long SEGMENT = Fixture.SEGMENT;

    @TempDir
    Path directory;

    private final FaultyDisk disk = new FaultyDisk();
    private Segments segments;
    private Space space;
    private long nowMs = 1;
    private long others;
    private long used;
    private boolean full;

    @BeforeEach
    void open() {
        disk.usableBytes = 1L << 40;
        open(100 * SEGMENT, 1L << 40);
    }

    private void open(long logMax, long togetherMax) {
        segments = new Segments(directory);
        LogConfig config = new LogConfig(directory, SEGMENT, logMax, 0, 1 << 20, 1000, 1L << 30, 10);
        SpaceConfig shared = new SpaceConfig(togetherMax, () -> others, 3_600);
        space = new Space(segments, config.withSpace(shared), disk, new Filling(), () -> nowMs);
    }

    private final class Filling implements Space.Filling {
        @Override
        public long used() {
            return used;
        }

        @Override
        public long spare() {
            return 0;
        }

        @Override
        public boolean isFull() {
            return full;
        }
    }

    /** So many seconds, in each of which so much is added. */
    private void live(int seconds, long bytesEach) {
        for (int i = 0; i < seconds; i++) {
            nowMs += 1_000;
            used += bytesEach;
            segments.addBytes(bytesEach);
            space.measure();
        }
    }

    @Test
    void forecastSaysWhenTheLogIsFullAtThePresentRate() {
        live(20, 1_000);
        assertEquals(Forecast.NONE, space.forecast(), "too early to tell");

        live(600, 1_000);
        double expected = (100 * SEGMENT - used) / 1_000.0;
        assertEquals(expected, space.forecast().seconds(), expected / 50);
        assertEquals(1_000.0, (double) space.forecast().bytesPerSecond(), 1.0);
    }

    @Test
    void whatWasLongAgoDoesNotCount() {
        live(600, 100_000);
        live(1_800, 1_000);
        assertEquals(1_000.0, (double) space.forecast().bytesPerSecond(), 350.0);
    }

    @Test
    void logThatDrainsLastsForEver() {
        live(600, 100_000);
        live(600, -90_000);
        assertEquals(Forecast.NONE, space.forecast());
        assertTrue(Double.isNaN(space.forecast().seconds()));

        full = true;
        live(1, 0);
        assertEquals(0, space.forecast().seconds());
    }

    @Test
    void whatIsWrittenAndGivenBackInSegmentsIsNoGrowth() {
        for (int segment = 0; segment < 60; segment++) {
            live(15, SEGMENT / 15);
            live(1, -SEGMENT / 15 * 15);
        }
        live(8, SEGMENT / 15);
        assertEquals(0.0, (double) space.forecast().bytesPerSecond(), SEGMENT / 3_000.0);
    }

    @Test
    void theDiskAndTheOthersShortenIt() {
        live(600, 1_000);
        disk.usableBytes = 10 * SEGMENT;
        live(1, 1_000);
        assertEquals(10 * SEGMENT / 1_000.0, space.forecast().seconds(), 1_000);

        open(100 * SEGMENT, 50 * SEGMENT);
        others = 45 * SEGMENT;
        live(600, 1_000);
        assertEquals(4 * SEGMENT / 1_000.0, space.forecast().seconds(), 1_000);
    }

    @Test
    void wordsAreThoseOfAHuman() {
        assertEquals("3 h 12 m", new Forecast(3 * 3_600 + 12 * 60 + 59, 1).words());
        assertEquals("2 d 5 h", new Forecast(53 * 3_600, 1).words());
        assertEquals("59 m", new Forecast(59 * 60 + 1, 1).words());
        assertEquals("7 s", new Forecast(7.9, 1).words());
        assertEquals("for ever", Forecast.NONE.words());
    }

    @Test
    void whatOthersTakeCountsAgainstTheLog() throws IOException {
        open(100 * SEGMENT, 10 * SEGMENT);
        segments.addBytes(2 * SEGMENT);
        others = 7 * SEGMENT;
        assertNull(space.reasonAgainst());

        others++;
        String reason = space.reasonAgainst();
        assertTrue(reason.contains("beside it " + others), reason);
    }

    @Test
    void whoIsOverdrawnHasToComeBackByMoreThanAByte() {
        open(100 * SEGMENT, 64 * SEGMENT);
        segments.addBytes(2 * SEGMENT);
        others = 62 * SEGMENT;
        space.measure();
        assertNull(space.overdrawn());

        others++;
        space.measure();
        assertNotNull(space.overdrawn());
        others = 62 * SEGMENT - 1;
        space.measure();
        assertNotNull(space.overdrawn(), "a byte more or less does not open it");
        others = 61 * SEGMENT;
        space.measure();
        assertNull(space.overdrawn());
    }
}
