package io.forebay.gateway.session;

/**
 * How many bytes of queued messages are in memory, over all sessions. A message that several sessions wait for counts for
 * each of them, so it is an upper bound. Owned by the thread forebay-sessions.
 */
final class Memory {
    private final long max;
    private long used;

    Memory(long max) {
        this.max = max;
    }

    boolean hasRoom() {
        return used < max;
    }

    /** @param bytes negative to give them back */
    void take(long bytes) {
        used += bytes;
    }
}
