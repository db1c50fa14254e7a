package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogCursor;
import io.forebay.storage.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How much a replay takes into memory, and how fast. */
class ReplayViewTest {
    private static final int PAYLOAD_BYTES = 60;
    private static final int UNSETTLED_MAX = 30;

    private final FakeLog log = new FakeLog();
    private long nowMs = 1_000;

    private ReplayView view(int messages, int rate, int heldMessages, long heldBytes) {
        for (int i = 0; i < messages; i++) {
            log.add(new Message(0, "c", "t", 1, false, false, 4, 1, new byte[0], new byte[PAYLOAD_BYTES]));
        }
        ReplayScan scan = new ReplayScan(log, ReplaySelection.ALL, new ReplayFilter(ReplaySelection.ALL, List.of()));
        ReplayConfig limits = new ReplayConfig(rate, 1, Math.min(UNSETTLED_MAX, heldMessages), heldMessages, heldBytes);
        return new ReplayView(log, scan, rate, limits, () -> nowMs * 1_000_000, () -> {});
    }

    private static int readAll(LogCursor cursor) {
        int read = 0;
        while (cursor.next()) {
            read++;
        }
        return read;
    }

    /** In ticks of ten milliseconds. */
    private int readFor(LogCursor cursor, int ms) {
        int read = readAll(cursor);
        for (int passed = 0; passed < ms; passed += 10) {
            nowMs += 10;
            read += readAll(cursor);
        }
        return read;
    }

    @Test
    void noMoreIsReadThanTheRateAllows() {
        ReplayView view = view(1_000, 200, 1_000, 1 << 20);
        int read = readFor(view.cursor(view.resumePosition()), 1_000);
        assertTrue(read >= 190 && read <= 201, "read in a second: " + read);
    }

    @Test
    void messagesGoInBatchesHoweverOftenItLooks() {
        ReplayView view = view(1_000, 400, 1_000, 1 << 20);
        LogCursor cursor = view.cursor(view.resumePosition());
        List<Integer> batches = new ArrayList<>();
        for (int ms = 0; ms < 500; ms++) {
            nowMs++;
            int read = readAll(cursor);
            if (read > 0) {
                batches.add(read);
            }
        }
        assertEquals(Set.of(20), Set.copyOf(batches));
        assertEquals(10, batches.size());
    }

    @Test
    void noMoreBytesAreHeldThanMayBeAndWhatIsSettledMakesRoom() {
        ReplayView view = view(10, 1_000, 100, 2 * PAYLOAD_BYTES + 1);
        LogCursor cursor = view.cursor(view.resumePosition());
        assertEquals(3, readFor(cursor, 1_000), "exceeded by one message at most");

        view.forgetBefore(FakeLog.positionOf(2));
        assertEquals(2, view.settled());
        assertEquals(2, readFor(cursor, 1_000));
        view.forgetBefore(FakeLog.positionOf(5));
        assertFalse(view.isDone());
        assertEquals(3, readFor(cursor, 1_000));
    }

    @Test
    void noMoreMessagesAreHeldThanMayBe() {
        ReplayView view = view(10, 1_000, 4, 1 << 20);
        assertEquals(4, readFor(view.cursor(view.resumePosition()), 1_000));
    }
}
