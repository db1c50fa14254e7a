package io.forebay.storage.chronicle;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Where in their files some records stand, so that a cursor which comes back to a segment need not read it from its
 * start. Noted by readers as they pass; a few segments only, those used last. Any thread; locked, but only once in a
 * thousand records.
 */
final class SegmentOffsets {
    private static final int SEGMENTS_MAX = 64;
    private static final int SPACING = 1024;

    private final Map<Integer, NavigableMap<Long, Long>> bySegment = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, NavigableMap<Long, Long>> eldest) {
            return size() > SEGMENTS_MAX;
        }
    };

    static boolean noted(long index) {
        return index % SPACING == 0;
    }

    synchronized void note(int segment, long index, long offset) {
        bySegment.computeIfAbsent(segment, none -> new TreeMap<>()).put(index, offset);
    }

    /** An offset from which reading comes to {@code index}; the start of the file if nothing is known. */
    synchronized long before(int segment, long index) {
        NavigableMap<Long, Long> offsets = bySegment.get(segment);
        Map.Entry<Long, Long> floor = offsets == null ? null : offsets.floorEntry(index);
        return floor == null ? 0 : floor.getValue();
    }
}
