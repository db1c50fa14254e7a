package io.forebay.gateway.session;

import java.util.HashMap;
import java.util.Map;

/**
 * Which messages of one queue are watched, by their sequence: a message that was read again from the store does not know it
 * of itself. Owned by the thread forebay-sessions.
 */
final class WatchedEntries {
    /** Null while there are none, as in nearly all queues. */
    private Map<Long, Watch> watches;

    void added(QueuedMessage message) {
        Watch watch = message.content() == null ? null : message.content().watch();
        if (watch != null && watch.enters()) {
            if (watches == null) {
                watches = new HashMap<>(4);
            }
            watches.put(message.sequence(), watch);
        }
    }

    /** Lets the message know it again, so that another queue that gets it watches it too. */
    void remind(QueuedMessage message) {
        Watch watch = watches == null ? null : watches.get(message.sequence());
        if (watch != null && message.content() != null) {
            message.content().watch(watch);
        }
    }

    /** Its device has acknowledged it. */
    void acknowledged(QueuedMessage message) {
        Watch watch = watches == null ? null : watches.get(message.sequence());
        if (watch != null) {
            watch.acknowledged();
        }
    }

    void removed(QueuedMessage message) {
        if (watches == null) {
            return;
        }
        remind(message);
        Watch watch = watches.remove(message.sequence());
        if (watch != null) {
            watch.leaves();
        }
        if (watches.isEmpty()) {
            watches = null;
        }
    }

    void clear() {
        if (watches != null) {
            watches.values().forEach(Watch::leaves);
            watches = null;
        }
    }
}
