package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.forebay.storage.Position;
import java.util.List;
import org.junit.jupiter.api.Test;

class TallyTest {
    private final Tally tally = new Tally(2, Position.of(3, 5));

    private void count(int share, int segment, long index) {
        tally.count(share, Position.of(segment, index), 100);
        tally.reach(Position.of(segment, index + 1));
    }

    @Test
    void segmentWithOneMessageOfAShareIsHeldWhole() {
        count(0, 3, 5);
        count(0, 3, 6);
        count(1, 4, 0);
        count(0, 5, 0);

        assertEquals(300, tally.bytes(0));
        assertEquals(2, tally.segments(0));
        assertEquals(3, tally.oldestSegment(0));
        tally.release(0, Position.of(3, 6), 100);
        assertEquals(2, tally.segments(0));
        tally.release(0, Position.of(3, 5), 100);
        assertEquals(1, tally.segments(0));
        assertEquals(5, tally.oldestSegment(0));
        assertEquals(100, tally.bytes(0));
    }

    @Test
    void segmentIsOfNoUseOnceItIsCountedToItsEndAndNothingIsLeft() {
        count(0, 3, 5);
        tally.release(0, Position.of(3, 5), 100);
        assertFalse(tally.hasEmptied(), "more may come in it");

        count(1, 5, 0);
        assertEquals(List.of(3, 4), tally.takeEmptied());
        count(0, 6, 0);
        tally.release(1, Position.of(5, 0), 100);
        assertEquals(List.of(5), tally.takeEmptied());
        assertFalse(tally.hasEmptied());
    }
}
