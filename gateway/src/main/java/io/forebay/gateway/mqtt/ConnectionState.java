package io.forebay.gateway.mqtt;

/** Where a connection stands. Why it moves is data, see {@link MqttConnection#become}. */
enum ConnectionState {
    /** The socket is open, CONNECT has not come. */
    AWAITING_CONNECT,
    /** CONNECT has come; an earlier connection of the client ends, the session opens. */
    OPENING,
    /** CONNACK said success. */
    OPEN,
    /** Nothing more is read; acknowledgements in flight still leave. */
    DRAINING,
    CLOSED;

    enum Event {
        CONNECT_RECEIVED,
        SESSION_OPENED,
        DRAIN_REQUESTED,
        /** We end it, or the peer or the network did. */
        ENDED
    }

    /** @return the next state; throws IllegalStateException for what cannot happen, which is a bug of ours */
    ConnectionState on(Event event) {
        // No default arm anywhere: a new event does not compile until somebody has decided what it means.
        return switch (this) {
            case AWAITING_CONNECT ->
                switch (event) {
                    case CONNECT_RECEIVED -> OPENING;
                    case DRAIN_REQUESTED, ENDED -> CLOSED;
                    case SESSION_OPENED -> throw impossible(event);
                };
            case OPENING ->
                switch (event) {
                    case SESSION_OPENED -> OPEN;
                    case DRAIN_REQUESTED, ENDED -> CLOSED;
                    case CONNECT_RECEIVED -> throw impossible(event);
                };
            case OPEN ->
                switch (event) {
                    case DRAIN_REQUESTED -> DRAINING;
                    case ENDED -> CLOSED;
                    case CONNECT_RECEIVED, SESSION_OPENED -> throw impossible(event);
                };
            case DRAINING ->
                switch (event) {
                    case DRAIN_REQUESTED -> DRAINING;
                    case ENDED -> CLOSED;
                    case CONNECT_RECEIVED, SESSION_OPENED -> throw impossible(event);
                };
            case CLOSED ->
                switch (event) {
                    case DRAIN_REQUESTED, ENDED -> CLOSED;
                    case CONNECT_RECEIVED, SESSION_OPENED -> throw impossible(event);
                };
        };
    }

    private IllegalStateException impossible(Event event) {
        return new IllegalStateException(event + " cannot happen to a connection that is " + this);
    }
}
