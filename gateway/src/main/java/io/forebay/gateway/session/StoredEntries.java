package io.forebay.gateway.session;

import java.util.function.LongFunction;
import java.util.function.Predicate;

/**
 * The entries of one queue in the store, under its number and the sequence of each message. What this turn has put or
 * deleted is not seen by a scan before the commit. Owned by the thread forebay-sessions.
 */
final class StoredEntries {
    private final Turn turn;
    private final MessageQueue queue;
    private final long number;
    private final LongFunction<SharedGroup> groups;
    private boolean changed;

    /** @param groups finds a group by its number, null if it has ended */
    StoredEntries(Turn turn, MessageQueue queue, long number, LongFunction<SharedGroup> groups) {
        this.turn = turn;
        this.queue = queue;
        this.number = number;
        this.groups = groups;
    }

    void put(QueuedMessage message) {
        turn.put(Tables.QUEUES, Tables.entry(number, message.sequence()), QueueCodec.write(message));
        touched();
    }

    void delete(QueuedMessage message) {
        turn.delete(Tables.QUEUES, Tables.entry(number, message.sequence()));
        touched();
    }

    /** @param each whether they are few */
    void deleteAll(boolean each) {
        byte[] from = Tables.entry(number, 0);
        byte[] to = Tables.entry(number + 1, 0);
        if (each && !changed) {
            turn.scan(Tables.QUEUES, from, to, (key, value) -> {
                turn.delete(Tables.QUEUES, key);
                return true;
            });
        } else {
            turn.deleteRange(Tables.QUEUES, from, to);
        }
    }

    private void touched() {
        if (!changed) {
            changed = true;
            turn.changed(queue);
        }
    }

    /** Whether this turn has put or deleted anything. */
    boolean isChanged() {
        return changed;
    }

    void committed() {
        changed = false;
    }

    /** Shows what stands from {@code from} (inclusive) to {@code to} (exclusive), until one is not wanted. */
    void scan(long from, long to, Predicate<QueuedMessage> visitor) {
        turn.scan(Tables.QUEUES, Tables.entry(number, from), Tables.entry(number, to), (key, value) -> {
            QueuedMessage message = QueueCodec.read(value, groups);
            message.sequence(Tables.sequence(key));
            return visitor.test(message);
        });
    }
}
