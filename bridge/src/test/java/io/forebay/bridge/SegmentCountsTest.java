package io.forebay.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SegmentCountsTest {
    private static final int SHARES = 3;

    private final SegmentCounts counts = new SegmentCounts(SHARES);
    private final TreeMap<Integer, int[]> model = new TreeMap<>();

    /** Counted forward, with gaps, let go anywhere: as a map of all segments would have it. */
    @Test
    void anythingInAnyOrderIsAsInAMap() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int segment = 1;
        for (int i = 0; i < 100_000; i++) {
            if (model.size() < 5 || (model.size() < 300 && random.nextInt(3) > 0)) {
                segment += random.nextInt(4) == 0 ? random.nextInt(60) : 0;
                count(segment, random.nextInt(SHARES));
            } else {
                letGo(random);
            }
            if (i % 1_000 == 0) {
                check();
            }
        }
    }

    private void count(int segment, int share) {
        int[] expected = model.computeIfAbsent(segment, unknown -> new int[SHARES]);
        expected[share]++;
        assertEquals(expected[share] == 1, counts.add(counts.of(segment), share));
    }

    private void letGo(Random random) {
        Integer any = model.ceilingKey(model.firstKey() + random.nextInt(model.lastKey() - model.firstKey() + 1));
        int[] expected = model.get(any);
        int share = random.nextInt(SHARES);
        if (expected[share] == 0) {
            return;
        }
        expected[share]--;
        int[] there = counts.find(any);
        assertEquals(expected[share] == 0, counts.take(there, share));
        boolean isEmpty = expected[0] + expected[1] + expected[2] == 0;
        assertEquals(isEmpty, counts.isEmpty(there));
        if (isEmpty) {
            model.remove(any);
            counts.remove(any);
            assertNull(counts.find(any));
        }
    }

    private void check() {
        for (int segment = 0; segment < (model.isEmpty() ? 10 : model.lastKey() + 10); segment++) {
            assertEquals(model.containsKey(segment), counts.find(segment) != null, "segment " + segment);
        }
        for (int share = 0; share < SHARES; share++) {
            int wanted = share;
            int oldest = model.entrySet().stream()
                    .filter(each -> each.getValue()[wanted] > 0)
                    .mapToInt(Map.Entry::getKey)
                    .findFirst()
                    .orElse(0);
            assertEquals(oldest, counts.oldest(share));
        }
    }
}
