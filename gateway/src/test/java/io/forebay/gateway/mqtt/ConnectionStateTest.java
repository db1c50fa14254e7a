package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.forebay.gateway.mqtt.ConnectionState.Event;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConnectionStateTest {
    private static final Map<ConnectionState, Map<Event, ConnectionState>> ALLOWED = new EnumMap<>(Map.of(
            ConnectionState.AWAITING_CONNECT,
            Map.of(
                    Event.AUTHENTICATION_STARTED, ConnectionState.AUTHENTICATING,
                    Event.CONNECT_ACCEPTED, ConnectionState.OPENING,
                    Event.DRAIN_REQUESTED, ConnectionState.CLOSED,
                    Event.ENDED, ConnectionState.CLOSED),
            ConnectionState.AUTHENTICATING,
            Map.of(
                    Event.CONNECT_ACCEPTED, ConnectionState.OPENING,
                    Event.DRAIN_REQUESTED, ConnectionState.CLOSED,
                    Event.ENDED, ConnectionState.CLOSED),
            ConnectionState.OPENING,
            Map.of(
                    Event.SESSION_OPENED, ConnectionState.OPEN,
                    Event.DRAIN_REQUESTED, ConnectionState.CLOSED,
                    Event.ENDED, ConnectionState.CLOSED),
            ConnectionState.OPEN,
            Map.of(Event.DRAIN_REQUESTED, ConnectionState.DRAINING, Event.ENDED, ConnectionState.CLOSED),
            ConnectionState.DRAINING,
            Map.of(Event.DRAIN_REQUESTED, ConnectionState.DRAINING, Event.ENDED, ConnectionState.CLOSED),
            ConnectionState.CLOSED,
            Map.of(Event.DRAIN_REQUESTED, ConnectionState.CLOSED, Event.ENDED, ConnectionState.CLOSED)));

    @ParameterizedTest
    @EnumSource(ConnectionState.class)
    void eachEventMovesAsTheTableSaysOrIsABug(ConnectionState state) {
        for (Event event : Event.values()) {
            ConnectionState next = ALLOWED.get(state).get(event);

            if (next == null) {
                assertThrows(IllegalStateException.class, () -> state.on(event), state + " on " + event);
            } else {
                assertEquals(next, state.on(event), state + " on " + event);
            }
        }
    }

    @Test
    void closedIsTheEnd() {
        for (Event event : new Event[] {Event.DRAIN_REQUESTED, Event.ENDED}) {
            assertEquals(ConnectionState.CLOSED, ConnectionState.CLOSED.on(event));
        }
    }
}
