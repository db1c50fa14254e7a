package io.forebay.simulator;

/**
 * The messages that are due at a device and not yet sent: when each was due, and whether it is an answer. A ring that grows
 * to a limit. Owned by its device.
 */
final class DueQueue {
    private static final long[] NONE = {};

    private final int max;
    private long[] ring = NONE;
    private int head;
    private int size;

    DueQueue(int max) {
        this.max = max;
    }

    /** Says whether there was room. */
    boolean add(long dueUs, boolean answer) {
        if (size == max) {
            return false;
        }
        if (size == ring.length) {
            grow();
        }
        int tail = head + size;
        ring[tail < ring.length ? tail : tail - ring.length] = dueUs << 1 | (answer ? 1 : 0);
        size++;
        return true;
    }

    private void grow() {
        long[] larger = new long[Math.min(max, Math.max(4, 2 * size))];
        for (int i = 0; i < size; i++) {
            larger[i] = ring[(head + i) % ring.length];
        }
        ring = larger;
        head = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    long headDueUs() {
        return ring[head] >> 1;
    }

    boolean headIsAnswer() {
        return (ring[head] & 1) == 1;
    }

    void removeHead() {
        head = head + 1 == ring.length ? 0 : head + 1;
        size--;
    }

    void clear() {
        head = 0;
        size = 0;
    }
}
