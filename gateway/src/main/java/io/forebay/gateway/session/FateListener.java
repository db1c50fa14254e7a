package io.forebay.gateway.session;

/**
 * Who put a message from AMQP into the log under a number of its own ({@link io.forebay.storage.Message#packetId}), and
 * wants to know what became of it. Called on the thread forebay-sessions, which must not wait for it.
 */
public interface FateListener {
    /** What became of a message; each is told once at most. */
    enum Fate {
        /** A subscriber has acknowledged it; or, of QoS 0, it was handed to a connection. Others may still wait for it. */
        ACKNOWLEDGED,
        /** Nobody has, and nobody will: it was refused or dropped, it has expired, or the sessions have ended. */
        GONE,
        /** Nobody had subscribed. */
        UNWANTED
    }

    /**
     * Not told of what was in the log before the start, nor beyond the limit of {@link SessionLoop#onFate}. What was
     * appended before a crash may be told to whoever listens after it: the time tells it apart.
     *
     * @param arrivedAtMs of the message, to tell it from another one with its number
     */
    void onFate(long arrivedAtMs, int number, Fate fate);
}
