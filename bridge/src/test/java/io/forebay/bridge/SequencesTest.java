package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.Message;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequencesTest {
    private static final long DAY_MS = 24 * 3_600_000L;

    private final FakeSequences store = new FakeSequences();
    private final Sequences sequences = new Sequences(store, new SequenceConfig(30 * DAY_MS, 2), 0, "default", "");

    private static Entry arrived(long position, long atMs) {
        return new Entry(position, new Message(atMs, "c", "t", 1, false, false, 4, 1, new byte[0], new byte[0]));
    }

    private long count(LaneSequence sequence, Entry entry) {
        sequences.count(sequence, entry);
        return entry.sequence();
    }

    private void settleAll(LaneSequence sequence) {
        sequences.touch(sequence);
        sequences.left(sequence);
    }

    @Test
    void whatIsThrownOutOfMemoryIsCountedAgainAsBefore() {
        LaneSequence sequence = sequences.open("c\0t");
        Entry second = arrived(8, 2);
        assertEquals(1, count(sequence, arrived(5, 1)));
        assertEquals(2, count(sequence, second));
        assertEquals(3, count(sequence, arrived(9, 3)));

        sequence.rewind(second);

        assertEquals(2, count(sequence, arrived(8, 2)));
    }

    @Test
    void laneThatWasIdleForLongBeginsAtOneAlsoWhenItIsCountedAgain() {
        LaneSequence sequence = sequences.open("c\0t");
        Entry late = arrived(8, 40 * DAY_MS);
        assertEquals(1, count(sequence, arrived(5, 10 * DAY_MS)));
        assertEquals(2, count(sequence, arrived(6, 10 * DAY_MS - 1)));
        assertEquals(1, count(sequence, late));
        assertEquals(2, count(sequence, arrived(9, 41 * DAY_MS)));

        sequence.rewind(late);

        assertEquals(1, count(sequence, arrived(8, 40 * DAY_MS)));
    }

    @Test
    void idleLanesBeyondTheLimitAreReadFromTheStoreOnceTheyAreSaved() {
        for (String key : List.of("a", "b", "c")) {
            LaneSequence sequence = sequences.open(key);
            sequences.count(sequence, arrived(5, 1));
            settleAll(sequence);
        }
        assertTrue(sequences.isFull(), "nothing is saved");

        Future<Void> saved = sequences.save(6);
        assertTrue(sequences.isFull(), "nothing is saved yet");
        store.fail();
        assertTrue(saved.failed() && sequences.isFull() && sequences.hasNews(), "nothing could be saved");
        saved = sequences.save(6);
        store.answer();

        assertTrue(saved.succeeded());
        assertFalse(sequences.isFull());
        for (String key : List.of("a", "b", "c")) {
            assertEquals(2, count(sequences.open(key), arrived(7, 1)), key);
        }
    }

    @Test
    void laneOfAClientIsCountedAnewWhenTheRoutesChange() {
        RouteOptions byClient = RouteOptions.USUAL.withOrder(RouteOptions.Order.CLIENT);
        Routes routes = new Routes(List.of(), "uplink", byClient);
        Routes same = new Routes(List.of(), "uplink", byClient);
        Routes other = new Routes(List.of(new Route("x", "y")), "uplink", byClient);

        assertEquals(key(routes, "c\0a"), key(routes, "c\0b"));
        assertEquals(key(routes, "c\0a"), key(same, "c\0a"));
        assertNotEquals(key(routes, "c\0a"), key(routes, "d\0a"));
        assertNotEquals(key(routes, "c\0a"), key(other, "c\0a"));
        assertEquals("c\0x", key(other, "c\0x"));
    }

    private static String key(Routes routes, String clientAndTopic) {
        return routes.sequenceKey(routes.laneKey(clientAndTopic));
    }
}
