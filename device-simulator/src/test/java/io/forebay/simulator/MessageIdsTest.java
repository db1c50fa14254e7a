package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MessageIdsTest {
    @Test
    void forgetsTheOldestRatherThanGrow() {
        MessageIds ids = new MessageIds(16);

        for (long sequence = 0; sequence < 1000; sequence++) {
            ids.remember(3, sequence, "id-" + sequence);
        }

        int known = 0;
        for (long sequence = 0; sequence < 1000; sequence++) {
            MessageIds.Match match = ids.match(3, sequence, "id-" + sequence);
            known += match == MessageIds.Match.SAME ? 1 : 0;
            assertEquals(MessageIds.Match.FORGOTTEN, ids.match(4, sequence, "id-" + sequence));
        }
        assertEquals(true, known > 0 && known <= 16, "known " + known);
    }

    @Test
    void aMissingIdMatchesNothing() {
        MessageIds ids = new MessageIds(16);

        ids.remember(0, 0, null);
        ids.remember(0, 1, "one");

        assertEquals(MessageIds.Match.FORGOTTEN, ids.match(0, 0, null));
        assertEquals(MessageIds.Match.FORGOTTEN, ids.match(0, 0, "zero"));
        assertEquals(MessageIds.Match.FORGOTTEN, ids.match(0, 1, null));
        assertEquals(MessageIds.Match.DIFFERENT, ids.match(0, 1, "two"));
    }
}
