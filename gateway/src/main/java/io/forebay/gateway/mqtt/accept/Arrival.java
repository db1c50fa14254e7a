package io.forebay.gateway.mqtt.accept;

/**
 * One connection on its way in. Owned by the thread that accepts.
 */
final class Arrival {
    enum State {
        NEW,
        WAITING,
        /** Let in; counts as a handshake. */
        IN_TURN,
        /** Let in; counts no more. */
        SERVED,
        GONE
    }

    /** Is told, once, what becomes of it. On the thread that accepts. */
    interface Outcome {
        void admitted();

        void refused();
    }

    final SourceAddress address;
    final Outcome outcome;
    State state = State.NEW;
    /** When it came, then when its turn began. */
    long since;

    Arrival(SourceAddress address, Outcome outcome) {
        this.address = address;
        this.outcome = outcome;
    }
}
