package io.forebay.gateway.session;

import java.util.function.Predicate;

/**
 * The next few messages of one queue, in memory while somebody takes from it: from the first to {@code upTo}. What is behind that
 * is read from the store when it is its turn; of a queue that is not stored nothing is behind it. Owned by the thread
 * forebay-sessions.
 */
final class ReadAhead {
    private final StoredEntries entries;
    private final Memory memory;

    /** Null while nobody takes from it. */
    private LoadedMessages loaded;

    private long upTo;

    /** Before this the store shows everything that is there; nothing of it if this turn has changed it in the middle. */
    private long visibleEnd;

    private boolean unreadable;

    ReadAhead(StoredEntries entries, Memory memory, long start) {
        this.entries = entries;
        this.memory = memory;
        upTo = start;
        visibleEnd = start;
    }

    /** The store shows what stands from {@code first} to {@code next}; nothing of it is in memory. */
    void visible(long first, long next) {
        upTo = first;
        visibleEnd = next;
    }

    boolean isOn() {
        return loaded != null;
    }

    /** From now on somebody takes from it, beginning with {@code first}. */
    void begin(boolean stored, long first) {
        loaded = new LoadedMessages(memory);
        if (stored) {
            upTo = first;
            unreadable = entries.isChanged();
        }
    }

    /** Nobody takes from it any more. @return before which no message stands that was not taken */
    long end() {
        long oldest = oldest();
        clear();
        loaded = null;
        return oldest;
    }

    private long oldest() {
        return loaded.isEmpty() ? upTo : loaded.peek().sequence();
    }

    /** A message that was appended. @return whether it is in memory */
    boolean append(QueuedMessage message, boolean stored) {
        boolean isNext = loaded != null && upTo == message.sequence() && (!stored || loaded.hasRoom());
        if (isNext) {
            upTo = message.sequence() + 1;
            loaded.add(message);
        }
        return isNext;
    }

    void addFirst(QueuedMessage message) {
        loaded.addFirst(message);
    }

    /** The next message; null if there is none, or none can be read in this turn. */
    QueuedMessage peek(boolean stored) {
        if (loaded.isEmpty() && stored && !unreadable && upTo < visibleEnd) {
            read();
        }
        return loaded.peek();
    }

    private void read() {
        long from = upTo;
        upTo = visibleEnd;
        entries.scan(from, visibleEnd, message -> {
            if (!loaded.hasRoom()) {
                upTo = message.sequence();
                return false;
            }
            loaded.add(message);
            return true;
        });
    }

    QueuedMessage poll() {
        return loaded.poll();
    }

    /** Those of a queue that is not stored. */
    Iterable<QueuedMessage> all() {
        return loaded.all();
    }

    void removeIf(Predicate<QueuedMessage> unwanted) {
        if (loaded != null) {
            loaded.removeIf(unwanted);
        }
    }

    /** @return the first that is wanted, taken out; null if none is */
    QueuedMessage removeFirst(Predicate<QueuedMessage> wanted) {
        return loaded == null ? null : loaded.removeFirst(wanted);
    }

    void clear() {
        if (loaded != null) {
            loaded.clear();
        }
    }

    /** Shows what is in the store only, from {@code from} on at the earliest. */
    void scanUnloaded(long first, long from, Predicate<QueuedMessage> visitor) {
        entries.scan(Math.max(loaded == null ? first : upTo, from), visibleEnd, visitor);
    }

    /** This turn has deleted in the middle of what a scan shows. */
    void spoil() {
        unreadable = true;
    }

    /** What this turn has changed is in the store now. */
    void committed(long next) {
        unreadable = false;
        visibleEnd = next;
    }

    /** Whether there are messages that can be read only in the next turn. */
    boolean isBehind(long next) {
        return loaded != null && loaded.isEmpty() && upTo < next;
    }

    /** Whether there is something to take. */
    boolean hasWaiting(long next) {
        return (loaded != null && !loaded.isEmpty()) || upTo < next;
    }
}
