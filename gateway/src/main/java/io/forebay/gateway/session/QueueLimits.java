package io.forebay.gateway.session;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps one queue within its limits: what may not come in, what has to go for it, what has expired. What may have been sent
 * is never dropped. Owned by the thread forebay-sessions.
 */
final class QueueLimits {
    private static final long SWEEP_EVERY_MS = 1_000;

    private final Turn turn;
    private final MessageQueue queue;
    private final ReadAhead ahead;

    /** Before this nothing expires. */
    private long earliestExpiryMs = Content.NEVER;

    private long sweptAtMs;

    /** What this turn has swept, and a scan still shows; null if nothing. */
    private Set<Long> swept;

    /**
     * What this turn has appended and only the store has: to drop the oldest if all of the queue is of this turn. Null if
     * there is nothing.
     */
    private ArrayDeque<QueuedMessage> fresh;

    QueueLimits(Turn turn, MessageQueue queue, ReadAhead ahead) {
        this.turn = turn;
        this.queue = queue;
        this.ahead = ahead;
    }

    /** The queue is one of an earlier start: anything may have expired. */
    void expectExpired() {
        earliestExpiryMs = 0;
    }

    void added(QueuedMessage message) {
        earliestExpiryMs = Math.min(earliestExpiryMs, deadline(message));
    }

    void addedToStoreOnly(QueuedMessage message) {
        if (turn.dropsOldest()) {
            if (fresh == null) {
                fresh = new ArrayDeque<>();
            }
            fresh.add(message);
        }
    }

    void committed() {
        swept = null;
        fresh = null;
    }

    /** @return whether the message may come in; if not, it was counted as dropped */
    boolean makeRoom(QueuedMessage message) {
        if (!queue.isStored() && !turn.memory().hasRoom()) {
            turn.drop(Drop.MEMORY_FULL, 1);
            return false;
        }
        if (!hasRoomFor(message)) {
            sweep();
        }
        boolean fitsAtAll = message.bytes() <= turn.config().queueBytesMax();
        while (fitsAtAll && turn.dropsOldest() && !hasRoomFor(message) && dropOldest()) {
            turn.drop(Drop.QUEUE_FULL, 1);
        }
        if (!hasRoomFor(message)) {
            turn.drop(Drop.QUEUE_FULL, 1);
            return false;
        }
        return true;
    }

    private boolean hasRoomFor(QueuedMessage message) {
        return queue.size() < turn.config().queueMessagesMax()
                && queue.bytes() + message.bytes() <= turn.config().queueBytesMax();
    }

    /** Expired messages do not count for ever; looked for only where there may be some, and seldom. */
    private void sweep() {
        long now = turn.nowMs();
        if (earliestExpiryMs > now || now - sweptAtMs < SWEEP_EVERY_MS || swept != null) {
            return;
        }
        sweptAtMs = now;
        earliestExpiryMs = Content.NEVER;
        ahead.removeIf(message -> {
            if (isSwept(message)) {
                queue.delete(message);
                return true;
            }
            return false;
        });
        if (queue.isStored()) {
            swept = new HashSet<>();
            queue.scanUnloaded(message -> {
                if (isSwept(message)) {
                    queue.deleteUnloaded(message);
                    swept.add(message.sequence());
                }
                return true;
            });
        }
    }

    private boolean isSwept(QueuedMessage message) {
        if (message.sequence() >= queue.sentUpTo() && isExpired(message)) {
            turn.drop(Drop.EXPIRED, 1);
            return true;
        }
        earliestExpiryMs = Math.min(earliestExpiryMs, deadline(message));
        return false;
    }

    private boolean dropOldest() {
        QueuedMessage oldest = ahead.removeFirst(message -> message.sequence() >= queue.sentUpTo());
        if (oldest != null) {
            queue.delete(oldest);
            return true;
        }
        oldest = queue.isStored() ? oldestStored() : null;
        if (oldest == null) {
            oldest = fresh == null ? null : fresh.poll();
        }
        if (oldest == null) {
            return false;
        }
        queue.deleteUnloaded(oldest);
        queue.nothingWaitsUpTo(oldest);
        return true;
    }

    private QueuedMessage oldestStored() {
        QueuedMessage[] oldest = new QueuedMessage[1];
        queue.scanUnloaded(message -> {
            if (swept != null && swept.contains(message.sequence())) {
                return true;
            }
            oldest[0] = message;
            return false;
        });
        return oldest[0];
    }

    private long deadline(QueuedMessage message) {
        Content content = message.content();
        return content == null
                ? Content.NEVER
                : Math.min(
                        content.expiresAtMs(),
                        content.arrivedAtMs() + turn.config().queueAgeMaxSeconds() * 1000);
    }

    boolean isExpired(QueuedMessage message) {
        return turn.nowMs() >= deadline(message);
    }
}
