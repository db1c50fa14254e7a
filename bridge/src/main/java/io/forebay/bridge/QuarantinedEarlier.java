package io.forebay.bridge;

import io.forebay.storage.Message;
import java.util.Arrays;
import java.util.Objects;

/**
 * What the quarantine held when the bridge started, of what that one comes to once more. These messages were settled by
 * their way into it; the process ended before that was saved, and later ones of their lanes may have been accepted. Filled
 * by one thread, then handed over and only read.
 *
 * <p>Nothing is taken out of it. With a window a lane may read a message again that it has passed over already. And who
 * redrives or discards one of them meanwhile has decided about it: accepted on that way it would be sent twice, discarded
 * it is meant to be sent to nobody.
 */
public final class QuarantinedEarlier {
    public static final QuarantinedEarlier NOTHING = new QuarantinedEarlier();

    private static final int ROOM = 16;

    /** In ascending order, as they are added. */
    private long[] positions = new long[ROOM];

    private long[] marks = new long[ROOM];
    private int size;

    /** To be called in the order of the log. */
    void add(QuarantinedMessage kept) {
        if (size == positions.length) {
            positions = Arrays.copyOf(positions, 2 * size);
            marks = Arrays.copyOf(marks, 2 * size);
        }
        positions[size] = kept.position();
        marks[size] = mark(kept.message());
        size++;
    }

    int size() {
        return size;
    }

    boolean holds(Entry entry) {
        if (size == 0 || entry.position > positions[size - 1]) {
            return false;
        }
        int index = Arrays.binarySearch(positions, 0, size, entry.position);
        return index >= 0 && marks[index] == mark(entry.message);
    }

    /**
     * Beside a state store of another log, or behind a segment that was put aside, another message may stand at the position:
     * it must not be taken for the one that is in the quarantine.
     */
    private static long mark(Message message) {
        int rest = Objects.hash(message.clientId(), message.topic(), Arrays.hashCode(message.payload()));
        return message.arrivedAtMs() * 31 + rest;
    }
}
