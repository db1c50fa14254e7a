package io.forebay.gateway.session;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * The QoS 1 and 2 messages that wait for one session or shared group, oldest first. Owned by the thread forebay-sessions.
 *
 * <p>A stored queue stands in the store as a whole, under its number and the sequence of each message; in memory are only
 * counts, and while somebody takes from it the next few: from the first to {@code loadedUpTo}, and what is behind that is
 * read when it is its turn. A queue that is not stored is in memory as a whole.
 *
 * <p>The store shows what is committed, so what this turn has appended cannot be read before the next one: then {@link
 * #isBehind()}. What was taken stays in the store, and in the counts, until it is {@link #delete deleted}.
 */
final class MessageQueue {
    private static final int WINDOW_MESSAGES = 128;
    private static final int WINDOW_BYTES = 128 << 10;
    private static final long SWEEP_EVERY_MS = 1_000;

    private final Turn turn;
    private final long number;
    private final LongFunction<SharedGroup> groups;
    private boolean stored;

    private ArrayDeque<QueuedMessage> loaded;
    private long loadedBytes;
    private long loadedUpTo;

    /** Before this the store shows everything that is there. */
    private long visibleEnd;

    /** Whether something was put or deleted in this turn, and whether reading has to wait for the commit. */
    private boolean changed;

    private boolean unreadable;

    /** No message stands before {@code first}; the next one gets {@code next}. */
    private long first;

    private long next;

    /** Messages before this may have been sent: they are never dropped, and are repeats when they are sent again. */
    private long sentUpTo;

    private boolean counted = true;

    /** Whether what was last stored of it still holds. */
    private boolean recordIsTrue;

    private int possiblySent;
    private int count;
    private long bytes;

    private long earliestExpiryMs = Content.NEVER;
    private long sweptAtMs;
    private final Set<Long> swept = new HashSet<>(0);

    /** Of this turn, where only the store has it; to drop the oldest if all of the queue is of this turn. */
    private final ArrayDeque<QueuedMessage> fresh = new ArrayDeque<>(0);

    /** @param start the first sequence; a group's leaves room before it for what is given back */
    MessageQueue(Turn turn, long number, boolean stored, long start, LongFunction<SharedGroup> groups) {
        this.turn = turn;
        this.number = number;
        this.stored = stored;
        this.groups = groups;
        first = start;
        next = start;
        loadedUpTo = start;
        visibleEnd = start;
    }

    /** A queue that stands in the store, as its record says. */
    void restore(QueueRecord record, boolean orderly, int sentAtMost) {
        first = record.first();
        next = record.next();
        sentUpTo = record.sentUpTo();
        visibleEnd = next;
        loadedUpTo = first;
        counted = orderly && record.counted();
        count = record.count();
        bytes = record.bytes();
        earliestExpiryMs = 0;
        possiblySent = sentAtMost;
        recordIsTrue = counted;
        if (counted) {
            turn.meters().queued(count, bytes);
        }
    }

    /** To be stored now. */
    QueueRecord record() {
        recordIsTrue = true;
        return new QueueRecord(first, next, sentUpTo, counted, count, bytes);
    }

    /** Looks through a queue of which a crash has left no counts. */
    void count() {
        if (counted) {
            return;
        }
        counted = true;
        recordIsTrue = false;
        count = 0;
        bytes = 0;
        turn.scan(Tables.QUEUES, Tables.entry(number, 0), Tables.entry(number + 1, 0), (key, value) -> {
            QueuedMessage message = read(key, value);
            if (count == 0) {
                first = message.sequence();
            }
            if (count < possiblySent) {
                sentUpTo = Math.max(sentUpTo, message.sequence() + 1);
            }
            count++;
            bytes += message.bytes();
            next = Math.max(next, message.sequence() + 1);
            return true;
        });
        visibleEnd = next;
        loadedUpTo = first;
        turn.meters().queued(count, bytes);
    }

    /** All that are stored, if this turn has changed none of them. */
    void forEach(Consumer<QueuedMessage> visitor) {
        count();
        if (!changed && count > 0) {
            turn.scan(Tables.QUEUES, Tables.entry(number, 0), Tables.entry(number + 1, 0), (key, value) -> {
                visitor.accept(read(key, value));
                return true;
            });
        }
    }

    private QueuedMessage read(byte[] key, byte[] value) {
        QueuedMessage message = QueueCodec.read(value, groups);
        message.sequence(Tables.sequence(key));
        return message;
    }

    // ---- in ----

    /** @return whether it is in; otherwise it, or with DROP_OLDEST others, was dropped and counted */
    boolean append(QueuedMessage message) {
        count();
        if (!makeRoom(message)) {
            return false;
        }
        message.sequence(next++);
        added(message);
        if (loaded != null && loadedUpTo == message.sequence() && (!stored || windowHasRoom())) {
            loadedUpTo = next;
            load(message);
        } else if (turn.dropsOldest()) {
            fresh.add(message);
        }
        return true;
    }

    /** Puts a message before all others. Only where {@link #load} has been called. */
    void putBack(QueuedMessage message) {
        message.sequence(--first);
        added(message);
        loaded.addFirst(message);
        held(message.bytes());
    }

    /** Takes back what was taken and not deleted. */
    void giveBack(QueuedMessage message) {
        loaded.addFirst(message);
        held(message.bytes());
    }

    private void added(QueuedMessage message) {
        count++;
        bytes += message.bytes();
        turn.meters().queued(1, message.bytes());
        earliestExpiryMs = Math.min(earliestExpiryMs, deadline(message));
        if (stored) {
            store(message);
        }
    }

    /** Writes the message as it is now. */
    void store(QueuedMessage message) {
        turn.put(Tables.QUEUES, Tables.entry(number, message.sequence()), QueueCodec.write(message));
        touched();
    }

    private void touched() {
        recordIsTrue = false;
        if (!changed) {
            changed = true;
            turn.changed(this);
        }
    }

    private boolean windowHasRoom() {
        return loaded.isEmpty()
                || (loaded.size() < WINDOW_MESSAGES
                        && loadedBytes < WINDOW_BYTES
                        && turn.memory().hasRoom());
    }

    private void load(QueuedMessage message) {
        loaded.add(message);
        held(message.bytes());
    }

    private void held(long messageBytes) {
        loadedBytes += messageBytes;
        turn.memory().take(messageBytes);
    }

    private void letGo(long messageBytes) {
        loadedBytes -= messageBytes;
        turn.memory().give(messageBytes);
    }

    // ---- the limits ----

    private boolean makeRoom(QueuedMessage message) {
        if (!stored && !turn.memory().hasRoom()) {
            turn.drop(Drop.MEMORY_FULL, 1);
            return false;
        }
        if (!hasRoomFor(message)) {
            sweep();
        }
        boolean fits = message.bytes() <= turn.config().queueBytesMax();
        while (fits && turn.dropsOldest() && !hasRoomFor(message) && dropOldest()) {
            turn.drop(Drop.QUEUE_FULL, 1);
        }
        if (!hasRoomFor(message)) {
            turn.drop(Drop.QUEUE_FULL, 1);
            return false;
        }
        return true;
    }

    private boolean hasRoomFor(QueuedMessage message) {
        return count < turn.config().queueMessagesMax()
                && bytes + message.bytes() <= turn.config().queueBytesMax();
    }

    /** Expired messages do not count for ever; looked for only where there may be some, and seldom. */
    private void sweep() {
        long now = turn.nowMs();
        if (earliestExpiryMs > now || now - sweptAtMs < SWEEP_EVERY_MS || !swept.isEmpty()) {
            return;
        }
        sweptAtMs = now;
        earliestExpiryMs = Content.NEVER;
        if (loaded != null) {
            for (Iterator<QueuedMessage> messages = loaded.iterator(); messages.hasNext(); ) {
                QueuedMessage message = messages.next();
                if (sweep(message)) {
                    messages.remove();
                    letGo(message.bytes());
                }
            }
        }
        if (stored) {
            turn.scan(
                    Tables.QUEUES, Tables.entry(number, unloaded()), Tables.entry(number, visibleEnd), (key, value) -> {
                        QueuedMessage message = read(key, value);
                        if (sweep(message)) {
                            swept.add(message.sequence());
                            unreadable = true;
                        }
                        return true;
                    });
        }
    }

    private boolean sweep(QueuedMessage message) {
        if (message.sequence() >= sentUpTo && isExpired(message)) {
            discard(message, Drop.EXPIRED);
            return true;
        }
        earliestExpiryMs = Math.min(earliestExpiryMs, deadline(message));
        return false;
    }

    /** From here on messages that were never sent are in the store only. */
    private long unloaded() {
        return Math.max(loaded == null ? first : loadedUpTo, sentUpTo);
    }

    private boolean dropOldest() {
        if (loaded != null) {
            for (Iterator<QueuedMessage> messages = loaded.iterator(); messages.hasNext(); ) {
                QueuedMessage message = messages.next();
                if (message.sequence() >= sentUpTo) {
                    messages.remove();
                    letGo(message.bytes());
                    delete(message);
                    return true;
                }
            }
        }
        return stored && (dropOldestStored() || dropOldestFresh());
    }

    private boolean dropOldestStored() {
        QueuedMessage[] oldest = new QueuedMessage[1];
        turn.scan(Tables.QUEUES, Tables.entry(number, unloaded()), Tables.entry(number, visibleEnd), (key, value) -> {
            if (swept.contains(Tables.sequence(key))) {
                return true;
            }
            oldest[0] = read(key, value);
            return false;
        });
        if (oldest[0] == null) {
            return false;
        }
        delete(oldest[0]);
        sentUpTo = oldest[0].sequence() + 1; // Nothing before it waits, so nothing is taken for a repeat.
        unreadable = true;
        return true;
    }

    private boolean dropOldestFresh() {
        QueuedMessage message = fresh.poll();
        if (message == null) {
            return false;
        }
        delete(message);
        sentUpTo = message.sequence() + 1;
        return true;
    }

    private long deadline(QueuedMessage message) {
        Content content = message.content();
        return content == null
                ? Content.NEVER
                : Math.min(
                        content.expiresAtMs(),
                        content.arrivedAtMs() + turn.config().queueAgeMaxSeconds() * 1000);
    }

    private boolean isExpired(QueuedMessage message) {
        return turn.nowMs() >= deadline(message);
    }

    // ---- out ----

    /** From now on somebody takes from it, beginning with the first. */
    void load() {
        count();
        loaded = new ArrayDeque<>();
        if (stored) {
            loadedUpTo = first;
            unreadable = changed;
        }
    }

    /**
     * Nobody takes from it any more.
     *
     * @param oldest no message stands before it
     */
    void unload(long oldest) {
        if (loaded.isEmpty()) {
            first = Math.min(oldest, loadedUpTo);
        } else {
            first = Math.min(oldest, loaded.peek().sequence());
        }
        letGo(loadedBytes);
        loaded = null;
    }

    /** The next message, which stays where it is; null if there is none, or none can be read in this turn. */
    QueuedMessage peek() {
        while (true) {
            QueuedMessage message = loaded.peek();
            if (message == null) {
                if (!read()) {
                    return null;
                }
            } else if (message.sequence() >= sentUpTo && isExpired(message)) {
                discard(take(), Drop.EXPIRED);
            } else {
                return message;
            }
        }
    }

    /** Takes what {@link #peek} showed. */
    QueuedMessage take() {
        QueuedMessage message = loaded.poll();
        letGo(message.bytes());
        return message;
    }

    void sent(QueuedMessage message) {
        sentUpTo = Math.max(sentUpTo, message.sequence() + 1);
    }

    private boolean read() {
        if (!stored || unreadable || loadedUpTo >= visibleEnd) {
            return false;
        }
        long from = loadedUpTo;
        loadedUpTo = visibleEnd;
        turn.scan(Tables.QUEUES, Tables.entry(number, from), Tables.entry(number, visibleEnd), (key, value) -> {
            if (!windowHasRoom()) {
                loadedUpTo = Tables.sequence(key);
                return false;
            }
            load(read(key, value));
            return true;
        });
        return !loaded.isEmpty();
    }

    /** Whether there are messages that can be read only in the next turn. */
    boolean isBehind() {
        return stored && loaded != null && loaded.isEmpty() && loadedUpTo < next;
    }

    private void discard(QueuedMessage message, Drop reason) {
        turn.drop(reason, 1);
        delete(message);
    }

    /** The message is done with. */
    void delete(QueuedMessage message) {
        count--;
        bytes -= message.bytes();
        turn.meters().queued(-1, -message.bytes());
        if (stored) {
            turn.delete(Tables.QUEUES, Tables.entry(number, message.sequence()));
            touched();
        }
    }

    /** All of it is done with. @return how many those were, as far as is known */
    int deleteAll() {
        if (loaded != null) {
            letGo(loadedBytes);
            loaded.clear();
        }
        if (stored && (count > 0 || !counted)) {
            turn.deleteRange(Tables.QUEUES, Tables.entry(number, 0), Tables.entry(number + 1, 0));
        }
        int deleted = counted ? count : 0;
        if (counted) {
            turn.meters().queued(-count, -bytes);
        }
        count = 0;
        bytes = 0;
        counted = true;
        return deleted;
    }

    /** From now on it stands in the store. Only where it is wholly in memory. */
    void makeStored() {
        if (!stored) {
            stored = true;
            loaded.forEach(this::store);
        }
    }

    /** What this turn has changed is in the store now. */
    void committed() {
        changed = false;
        unreadable = false;
        visibleEnd = next;
        swept.clear();
        fresh.clear();
    }

    long number() {
        return number;
    }

    boolean isEmpty() {
        return counted && count == 0;
    }

    int size() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    boolean isRecordTrue() {
        return recordIsTrue && counted;
    }

    boolean isCounted() {
        return counted;
    }

    /** The sequence of the next message. */
    long next() {
        return next;
    }

    /** Whether there is something to take. */
    boolean hasWaiting() {
        return (loaded != null && !loaded.isEmpty()) || loadedUpTo < next;
    }

    /** Messages before this may have been sent. */
    long sentUpTo() {
        return sentUpTo;
    }
}
