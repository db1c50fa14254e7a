package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SequenceSetTest {
    @Test
    void agreesWithAHashSetOnRandomNumbersThatMostlyRise() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        SequenceSet set = new SequenceSet();
        Set<Long> expected = new HashSet<>();

        for (long next = 0; next < 20_000; next++) {
            long number = Math.max(0, next - random.nextInt(random.nextInt(50) == 0 ? 5_000 : 3));
            assertEquals(expected.add(number), set.add(number), "seed " + seed + " number " + number);
        }

        for (long number = 0; number < 25_000; number++) {
            assertEquals(expected.contains(number), set.contains(number), "seed " + seed + " number " + number);
        }
    }

    @Test
    void takesNoMemoryForARunWithoutGaps() {
        SequenceSet set = new SequenceSet();

        for (long number = 0; number < 1_000_000; number++) {
            set.add(number);
        }

        assertTrue(set.sizeInBytes() <= 64, () -> set.sizeInBytes() + " bytes");
        assertTrue(set.contains(999_999));
        assertFalse(set.contains(1_000_000));
    }

    @Test
    void keepsOneGapApartFromAllThatFollows() {
        SequenceSet set = new SequenceSet();
        for (long number = 0; number < 10_000; number++) {
            if (number != 70) {
                set.add(number);
            }
        }

        assertFalse(set.contains(70));
        assertTrue(set.add(70));
        assertFalse(set.add(70));
        assertTrue(set.add(10_000));
        assertTrue(set.contains(9_999));
        assertFalse(set.contains(10_001));
    }
}
