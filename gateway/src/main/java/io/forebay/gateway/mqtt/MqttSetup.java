package io.forebay.gateway.mqtt;

import io.forebay.gateway.security.Authentication;
import io.forebay.gateway.session.Sessions;
import io.forebay.storage.MessageLog;
import java.util.function.Predicate;

/**
 * What every connection shares. All of it may be used by any event loop.
 *
 * @param routed whether a route takes a topic to the AMQP side
 */
public record MqttSetup(
        MqttConfig config,
        MessageLog log,
        Sessions sessions,
        Predicate<String> routed,
        Authentication authentication,
        ConnectedClients clients,
        Presence presence,
        MqttMeters meters) {

    /** The same with another configuration. */
    MqttSetup with(MqttConfig other) {
        return new MqttSetup(other, log, sessions, routed, authentication, clients, presence, meters);
    }
}
