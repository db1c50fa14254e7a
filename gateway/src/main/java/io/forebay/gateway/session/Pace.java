package io.forebay.gateway.session;

import java.util.concurrent.TimeUnit;

/**
 * Holds the fan-out back a little where it catches up on a backlog, faster than devices can acknowledge: their queues would
 * overflow although they keep up. Owned by the thread forebay-sessions.
 *
 * <p>Only so much that a device which is truly slow holds up nobody: close to 100 000 messages a second go on being read.
 */
final class Pace {
    /** A session, or a shared group. */
    interface Taker {
        MessageQueue queue();

        /** Whether it, or a member of it, takes what is sent to it. */
        boolean isReading();
    }

    /** What one turn reads at most. */
    private static final int RECORDS_MAX = 2_000;

    private static final int RECORDS_MAX_IF_CROWDED = 1_000;
    private static final long HELD_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(10);

    private final SessionConfig config;
    private Taker crowded;
    private long heldUntil = System.nanoTime();

    Pace(SessionConfig config) {
        this.config = config;
    }

    /** A message came into its queue. */
    void queued(Taker taker) {
        if (isCrowded(taker)) {
            crowded = taker;
        }
    }

    private boolean isCrowded(Taker taker) {
        MessageQueue queue = taker.queue();
        boolean isFull = queue.size() > config.queueMessagesMax() / 2 || queue.bytes() > config.queueBytesMax() / 2;
        return isFull && taker.isReading();
    }

    int recordsMax() {
        return crowded == null ? RECORDS_MAX : RECORDS_MAX_IF_CROWDED;
    }

    /** As many messages were read as one turn may. */
    void turnWasFull() {
        if (crowded != null) {
            heldUntil = System.nanoTime() + HELD_NANOS_MAX;
        }
    }

    /** Whether nothing should be read for the moment. */
    boolean isHeld() {
        if (crowded != null && !isCrowded(crowded)) {
            crowded = null;
        }
        return crowded != null && System.nanoTime() - heldUntil < 0;
    }
}
