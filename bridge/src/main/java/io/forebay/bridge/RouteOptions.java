package io.forebay.bridge;

/**
 * How the messages of a route are treated.
 *
 * @param onRejected what becomes of a message that the broker does not want, or that can never be sent
 * @param rejectedRetries how often such a message is offered again before that
 */
public record RouteOptions(OnRejected onRejected, int rejectedRetries) {
    public static final RouteOptions USUAL = new RouteOptions(OnRejected.QUARANTINE, 3);

    private static final int RETRIES_MAX = 1_000_000;

    /** What becomes of a message that was rejected once too often. */
    public enum OnRejected {
        /** It is put into the quarantine, and its lane goes on. */
        QUARANTINE,
        /** Its lane waits and offers it for ever: nothing overtakes it, and the log keeps it and all that comes after. */
        BLOCK
    }

    public RouteOptions {
        if (rejectedRetries < 0 || rejectedRetries > RETRIES_MAX) {
            throw new IllegalArgumentException("rejected-retries must be 0 to " + RETRIES_MAX);
        }
    }

    public RouteOptions withOnRejected(OnRejected other) {
        return new RouteOptions(other, rejectedRetries);
    }

    public RouteOptions withRejectedRetries(int other) {
        return new RouteOptions(onRejected, other);
    }
}
