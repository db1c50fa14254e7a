package io.forebay.gateway.session;

/**
 * The messages that were sent on this connection and are not done with, in the order of their sequence. Owned by the
 * thread forebay-sessions.
 *
 * <p>A ring, because nearly always the oldest is acknowledged first; any other is found by bisection, and the shorter side
 * moves up.
 */
final class InFlight {
    private QueuedMessage[] ring = new QueuedMessage[8];
    private int head;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** @param index 0 for the oldest */
    QueuedMessage at(int index) {
        return ring[(head + index) & (ring.length - 1)];
    }

    private void set(int index, QueuedMessage message) {
        ring[(head + index) & (ring.length - 1)] = message;
    }

    /** @param message the newest */
    void add(QueuedMessage message) {
        if (size == ring.length) {
            grow();
        }
        set(size, message);
        size++;
    }

    private void grow() {
        QueuedMessage[] larger = new QueuedMessage[ring.length * 2];
        for (int i = 0; i < size; i++) {
            larger[i] = at(i);
        }
        ring = larger;
        head = 0;
    }

    /** @return null if none waits with this packet id */
    QueuedMessage find(int packetId) {
        int index = indexOf(packetId);
        return index < 0 ? null : at(index);
    }

    /** @return what was taken out */
    QueuedMessage remove(int packetId) {
        int index = indexOf(packetId);
        QueuedMessage found = at(index);
        if (index < size / 2) {
            for (int i = index; i > 0; i--) {
                set(i, at(i - 1));
            }
            set(0, null);
            head = (head + 1) & (ring.length - 1);
        } else {
            for (int i = index; i < size - 1; i++) {
                set(i, at(i + 1));
            }
            set(size - 1, null);
        }
        size--;
        return found;
    }

    /** All are within 65 535 of the oldest, so a packet id stands for one sequence. */
    private int indexOf(int packetId) {
        if (size == 0) {
            return -1;
        }
        long oldest = at(0).sequence();
        long wanted = oldest + Math.floorMod(packetId - QueuedMessage.packetId(oldest), 65_535);
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long sequence = at(middle).sequence();
            if (sequence == wanted) {
                return middle;
            } else if (sequence < wanted) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }
}
