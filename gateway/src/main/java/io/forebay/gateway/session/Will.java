package io.forebay.gateway.session;

import io.forebay.gateway.session.Deadlines.Deadline;
import io.forebay.storage.Message;
import java.util.Set;

/** The will of one connection. Owned by the thread forebay-sessions. */
final class Will {
    /** Where it is on its way. */
    enum State {
        /** Its connection is open, or was when the gateway ended. */
        HELD(0),
        /** Its connection was lost; its delay runs, and its session may still be resumed (MQTT-3.1.3-9). */
        WAITING(1),
        /** It is to be published, whatever happens. */
        DUE(2);

        private final int code;

        State(int code) {
            this.code = code;
        }

        /** As it is stored. */
        int code() {
            return code;
        }

        static State of(int code) {
            for (State state : values()) {
                if (state.code == code) {
                    return state;
                }
            }
            throw new IllegalStateException("A stored will has the unknown state " + code);
        }
    }

    private final long number;
    private final String clientId;
    private final Message message;
    private final long delaySeconds;
    private final Set<String> groups;
    private State state = State.HELD;
    private long dueAtMs;
    private Deadline deadline;
    private boolean restored;

    /** @param groups that its device was in */
    Will(long number, String clientId, Message message, long delaySeconds, Set<String> groups) {
        this.number = number;
        this.clientId = clientId;
        this.message = message;
        this.delaySeconds = delaySeconds;
        this.groups = groups;
    }

    long number() {
        return number;
    }

    String clientId() {
        return clientId;
    }

    Message message() {
        return message;
    }

    long delaySeconds() {
        return delaySeconds;
    }

    Set<String> groups() {
        return groups;
    }

    State state() {
        return state;
    }

    long dueAtMs() {
        return dueAtMs;
    }

    void become(State next, long atMs) {
        state = next;
        dueAtMs = atMs;
    }

    Deadline deadline() {
        return deadline;
    }

    void deadline(Deadline given) {
        deadline = given;
    }

    /** Whether it was the end of the gateway that ended its connection. */
    boolean restored() {
        return restored;
    }

    void markRestored() {
        restored = true;
    }
}
