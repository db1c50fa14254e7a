package io.forebay.gateway.session;

import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/**
 * The QoS 1 and 2 messages that wait for one session or shared group, oldest first. Owned by the thread forebay-sessions.
 *
 * <p>A stored queue stands in the store as a whole; in memory are only counts, and while somebody takes from it the next few
 * ({@link ReadAhead}). A queue that is not stored is in memory as a whole.
 *
 * <p>The store shows what is committed, so what this turn has appended cannot be read before the next one: then {@link
 * #isBehind()}. What was taken stays in the store, and in the counts, until it is {@link #delete deleted}.
 */
final class MessageQueue {
    /** Ranges that are deleted cost the store something at each later scan, so a few messages are deleted one by one. */
    private static final int DELETED_EACH_MAX = 1_000;

    private final Turn turn;
    private final long number;
    private final StoredEntries entries;
    private final ReadAhead ahead;
    private final QueueLimits limits;
    private final WatchedEntries watched = new WatchedEntries();
    private boolean stored;

    /** No message stands before {@code first}; the next one gets {@code next}. */
    private long first;

    private long next;

    /** Messages before this may have been sent: they are never dropped, and are repeats when they are sent again. */
    private long sentUpTo;

    private int count;
    private long bytes;
    private boolean counted = true;
    private int possiblySent;

    /** Whether what was last stored of it still holds. */
    private boolean recordIsTrue;

    /** @param start the first sequence; a group's leaves room before it for what is put back */
    MessageQueue(Turn turn, long number, boolean stored, long start, LongFunction<SharedGroup> groups) {
        this.turn = turn;
        this.number = number;
        this.stored = stored;
        entries = new StoredEntries(turn, this, number, groups);
        ahead = new ReadAhead(entries, turn.memory(), start);
        limits = new QueueLimits(turn, this, ahead);
        first = start;
        next = start;
    }

    // ---- what is remembered of it ----

    /**
     * A queue that stands in the store, as its record says.
     *
     * @param orderly whether the counts of the record are true
     * @param sentAtMost if they are not: of how many, beginning with the first, nobody knows whether they were sent
     */
    void restore(QueueRecord record, boolean orderly, int sentAtMost) {
        first = record.first();
        next = record.next();
        sentUpTo = record.sentUpTo();
        ahead.visible(first, next);
        count = record.count();
        bytes = record.bytes();
        counted = orderly && record.counted();
        recordIsTrue = counted;
        possiblySent = sentAtMost;
        limits.expectExpired();
        if (counted) {
            turn.meters().queued(count, bytes);
        }
    }

    /** To be stored now. */
    QueueRecord record() {
        recordIsTrue = true;
        return new QueueRecord(first, next, sentUpTo, counted, count, bytes);
    }

    boolean isRecordTrue() {
        return recordIsTrue && counted;
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
        entries.scan(0, Long.MAX_VALUE, message -> {
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
        ahead.visible(first, next);
        turn.meters().queued(count, bytes);
    }

    boolean isCounted() {
        return counted;
    }

    /** From now on it stands in the store. Only where it is wholly in memory. */
    void makeStored() {
        if (!stored) {
            stored = true;
            ahead.all().forEach(this::store);
        }
    }

    // ---- in ----

    /** @return whether it is in; otherwise it, or with DROP_OLDEST others, was dropped and counted */
    boolean append(QueuedMessage message) {
        count();
        if (!limits.makeRoom(message)) {
            return false;
        }
        message.sequence(next++);
        added(message);
        if (!ahead.append(message, stored)) {
            limits.addedToStoreOnly(message);
        }
        return true;
    }

    /** Puts a message before all others. Only where {@link #load} has been called. */
    void putBack(QueuedMessage message) {
        message.sequence(--first);
        added(message);
        ahead.addFirst(message);
    }

    /** Takes back what was taken and not deleted. */
    void giveBack(QueuedMessage message) {
        ahead.addFirst(message);
    }

    private void added(QueuedMessage message) {
        count++;
        bytes += message.bytes();
        turn.meters().queued(1, message.bytes());
        limits.added(message);
        watched.added(message);
        if (stored) {
            store(message);
        }
    }

    /** Writes the message as it is now. */
    void store(QueuedMessage message) {
        recordIsTrue = false;
        entries.put(message);
    }

    // ---- out ----

    /** From now on somebody takes from it, beginning with the first. */
    void load() {
        count();
        ahead.begin(stored, first);
    }

    /**
     * Nobody takes from it any more.
     *
     * @param oldestTaken no message that was taken, and not deleted, stands before it
     */
    void unload(long oldestTaken) {
        first = Math.min(oldestTaken, ahead.end());
    }

    /** The next message, which stays where it is; null if there is none, or none can be read in this turn. */
    QueuedMessage peek() {
        QueuedMessage message = ahead.peek(stored);
        while (message != null && message.sequence() >= sentUpTo && limits.isExpired(message)) {
            turn.drop(Drop.EXPIRED, 1);
            delete(ahead.poll());
            message = ahead.peek(stored);
        }
        return message;
    }

    /** Takes what {@link #peek} showed. */
    QueuedMessage take() {
        QueuedMessage message = ahead.poll();
        watched.remind(message);
        return message;
    }

    void sent(QueuedMessage message) {
        sentUpTo = Math.max(sentUpTo, message.sequence() + 1);
    }

    /** Its device has taken it; it is deleted then. */
    void acknowledged(QueuedMessage message) {
        watched.acknowledged(message);
    }

    /** The message is done with. */
    void delete(QueuedMessage message) {
        watched.removed(message);
        count--;
        bytes -= message.bytes();
        turn.meters().queued(-1, -message.bytes());
        if (stored) {
            recordIsTrue = false;
            entries.delete(message);
        }
    }

    /** All of it is done with. @return how many those were, as far as is known */
    int deleteAll() {
        watched.clear();
        ahead.clear();
        if (stored && (count > 0 || !counted)) {
            entries.deleteAll(counted && count <= DELETED_EACH_MAX);
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

    // ---- for its limits ----

    /** Shows what was never sent and is in the store only. */
    void scanUnloaded(Predicate<QueuedMessage> visitor) {
        ahead.scanUnloaded(first, sentUpTo, visitor);
    }

    /** Deletes a message that {@link #scanUnloaded} has shown, which it goes on doing until the commit. */
    void deleteUnloaded(QueuedMessage message) {
        ahead.spoil();
        delete(message);
    }

    /** All up to this one was sent or is gone; so nothing that comes is taken for a repeat. */
    void nothingWaitsUpTo(QueuedMessage message) {
        sentUpTo = message.sequence() + 1;
    }

    // ---- how it is ----

    /** Shows all that are stored, if this turn has changed none of them. */
    void forEach(Consumer<QueuedMessage> visitor) {
        count();
        if (!entries.isChanged() && count > 0) {
            entries.scan(0, Long.MAX_VALUE, message -> {
                visitor.accept(message);
                return true;
            });
        }
    }

    /** What this turn has changed is in the store now. */
    void committed() {
        entries.committed();
        limits.committed();
        ahead.committed(next);
    }

    /** Whether there are messages that can be read only in the next turn. */
    boolean isBehind() {
        return stored && ahead.isBehind(next);
    }

    /** Whether there is something to take. */
    boolean hasWaiting() {
        return ahead.hasWaiting(next);
    }

    long number() {
        return number;
    }

    boolean isStored() {
        return stored;
    }

    int size() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    /** The sequence of the next message. */
    long next() {
        return next;
    }

    /** Messages before this may have been sent. */
    long sentUpTo() {
        return sentUpTo;
    }
}
