package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.LogCursor;
import io.forebay.storage.Message;
import io.forebay.storage.MessageLog;
import io.forebay.storage.Position;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a replay reads of a log whose oldest segments may go at any time. */
class ReplayScanTest {
    private static final long SECOND = 1_000_000_000;

    private final TreeSet<Long> positions = new TreeSet<>();
    private long firstPosition;

    private final MessageLog log = (MessageLog) Proxy.newProxyInstance(
            MessageLog.class.getClassLoader(),
            new Class<?>[] {MessageLog.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "durableEnd" -> positions.last() + 1;
                case "firstPosition" -> firstPosition;
                case "cursor" -> new Cursor((long) arguments[0]);
                default -> throw new UnsupportedOperationException(method.getName());
            });

    private final class Cursor implements LogCursor {
        private long next;
        private long current;

        Cursor(long from) {
            next = from;
        }

        @Override
        public boolean next() {
            Long found = positions.ceiling(next);
            if (found != null) {
                current = found;
                next = found + 1;
            }
            return found != null;
        }

        @Override
        public long position() {
            return current;
        }

        @Override
        public long nextPosition() {
            return next;
        }

        @Override
        public String lane() {
            return "c\0t";
        }

        @Override
        public String topic() {
            return "t";
        }

        @Override
        public boolean retain() {
            return false;
        }

        @Override
        public Message message() {
            return new Message(current, "c", "t", 1, false, false, 4, 1, new byte[0], new byte[5]);
        }

        @Override
        public LogCursor moveTo(long position) {
            next = position;
            return this;
        }

        @Override
        public void close() {}
    }

    private void messagesOf(int... segments) {
        for (int segment : segments) {
            positions.addAll(List.of(Position.of(segment, 0), Position.of(segment, 1)));
        }
        firstPosition = Position.of(segments[0], 0);
    }

    private ReplayScan scan(ReplaySelection selection) {
        return new ReplayScan(log, selection, new ReplayFilter(selection, List.of()));
    }

    private static int readToTheEnd(ReplayScan scan) {
        int found = 0;
        while (!scan.isAtEnd()) {
            found += scan.next(SECOND) ? 1 : 0;
        }
        return found;
    }

    @Test
    void segmentsThatGoBeforeTheyAreReadAreTold() {
        messagesOf(1, 2, 3, 4);
        ReplayScan scan = scan(ReplaySelection.ALL);
        assertTrue(scan.next(SECOND));
        positions.headSet(Position.of(4, 0)).clear();
        firstPosition = Position.of(4, 0);

        assertEquals(2, readToTheEnd(scan));
        assertEquals(1, scan.counts().gaps());
        assertEquals(3, scan.counts().selected());
        assertEquals(15, scan.counts().bytes());
    }

    @Test
    void numbersThatWereNeverUsedAreNoGap() {
        messagesOf(1, 4, 9);
        ReplayScan scan = scan(ReplaySelection.ALL);
        assertEquals(6, readToTheEnd(scan));
        assertEquals(0, scan.counts().gaps());
    }

    @Test
    void whatIsAppendedMeanwhileIsNotMeant() {
        messagesOf(1);
        ReplayScan scan = scan(ReplaySelection.ALL);
        messagesOf(1, 2);
        assertEquals(2, readToTheEnd(scan));
        assertFalse(scan.next(SECOND));
        assertEquals(Position.of(1, 2), scan.end());
    }

    @Test
    void itBeginsWhereTheLogBegins() {
        messagesOf(7, 8);
        ReplayScan scan = scan(ReplaySelection.ALL.withPositions(Position.of(2, 0), Position.of(8, 1)));
        assertEquals(Position.of(7, 0), scan.beginsAt());
        assertEquals(3, readToTheEnd(scan));
        assertEquals(Position.of(8, 1), scan.position());
    }
}
