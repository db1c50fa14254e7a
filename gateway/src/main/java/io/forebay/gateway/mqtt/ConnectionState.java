package io.forebay.gateway.mqtt;

/** Where a connection stands. Why it moves is data, see {@link MqttConnection#become}. */
enum ConnectionState {
    /** The socket is open, CONNECT has not come. */
    AWAITING_CONNECT,
    /** CONNECT has come, the device proves who it is (MQTT 5 section 4.12). */
    AUTHENTICATING,
    /** The device may connect; an earlier connection of the client ends, the session opens. */
    OPENING,
    /** CONNACK said success. */
    OPEN,
    /** Nothing more is read; acknowledgements in flight still leave. */
    DRAINING,
    CLOSED;

    enum Event {
        /** CONNECT asks for enhanced authentication. */
        AUTHENTICATION_STARTED,
        /** The device may connect. */
        CONNECT_ACCEPTED,
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
                    case AUTHENTICATION_STARTED -> AUTHENTICATING;
                    case CONNECT_ACCEPTED -> OPENING;
                    case DRAIN_REQUESTED, ENDED -> CLOSED;
                    case SESSION_OPENED -> throw impossible(event);
                };
            case AUTHENTICATING ->
                switch (event) {
                    case CONNECT_ACCEPTED -> OPENING;
                    case DRAIN_REQUESTED, ENDED -> CLOSED;
                    case AUTHENTICATION_STARTED, SESSION_OPENED -> throw impossible(event);
                };
            case OPENING ->
                switch (event) {
                    case SESSION_OPENED -> OPEN;
                    case DRAIN_REQUESTED, ENDED -> CLOSED;
                    case AUTHENTICATION_STARTED, CONNECT_ACCEPTED -> throw impossible(event);
                };
            case OPEN ->
                switch (event) {
                    case DRAIN_REQUESTED -> DRAINING;
                    case ENDED -> CLOSED;
                    case AUTHENTICATION_STARTED, CONNECT_ACCEPTED, SESSION_OPENED -> throw impossible(event);
                };
            case DRAINING ->
                switch (event) {
                    case DRAIN_REQUESTED -> DRAINING;
                    case ENDED -> CLOSED;
                    case AUTHENTICATION_STARTED, CONNECT_ACCEPTED, SESSION_OPENED -> throw impossible(event);
                };
            case CLOSED ->
                switch (event) {
                    case DRAIN_REQUESTED, ENDED -> CLOSED;
                    case AUTHENTICATION_STARTED, CONNECT_ACCEPTED, SESSION_OPENED -> throw impossible(event);
                };
        };
    }

    private IllegalStateException impossible(Event event) {
        return new IllegalStateException(event + " cannot happen to a connection that is " + this);
    }
}
