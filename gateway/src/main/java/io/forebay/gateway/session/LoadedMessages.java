package io.forebay.gateway.session;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Predicate;

/** The messages of one queue that are in memory, oldest first. Owned by the thread forebay-sessions. */
final class LoadedMessages {
    private static final int READ_AHEAD_MESSAGES = 128;
    private static final int READ_AHEAD_BYTES = 128 << 10;

    private final Memory memory;
    private final ArrayDeque<QueuedMessage> messages = new ArrayDeque<>();
    private long bytes;

    LoadedMessages(Memory memory) {
        this.memory = memory;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Whether more should be read ahead; one may always be. */
    boolean hasRoom() {
        return messages.isEmpty()
                || (messages.size() < READ_AHEAD_MESSAGES && bytes < READ_AHEAD_BYTES && memory.hasRoom());
    }

    void add(QueuedMessage message) {
        messages.add(message);
        hold(message.bytes());
    }

    void addFirst(QueuedMessage message) {
        messages.addFirst(message);
        hold(message.bytes());
    }

    /** Null if there is none. */
    QueuedMessage peek() {
        return messages.peek();
    }

    QueuedMessage poll() {
        QueuedMessage message = messages.poll();
        hold(-message.bytes());
        return message;
    }

    Iterable<QueuedMessage> all() {
        return messages;
    }

    void removeIf(Predicate<QueuedMessage> unwanted) {
        for (Iterator<QueuedMessage> each = messages.iterator(); each.hasNext(); ) {
            QueuedMessage message = each.next();
            if (unwanted.test(message)) {
                each.remove();
                hold(-message.bytes());
            }
        }
    }

    /** @return the first that is wanted, taken out; null if none is */
    QueuedMessage removeFirst(Predicate<QueuedMessage> wanted) {
        for (Iterator<QueuedMessage> each = messages.iterator(); each.hasNext(); ) {
            QueuedMessage message = each.next();
            if (wanted.test(message)) {
                each.remove();
                hold(-message.bytes());
                return message;
            }
        }
        return null;
    }

    void clear() {
        hold(-bytes);
        messages.clear();
    }

    private void hold(long more) {
        bytes += more;
        memory.take(more);
    }
}
