package io.forebay.gateway.mqtt;

import io.forebay.gateway.security.Access;
import io.forebay.gateway.security.Authentication;
import io.forebay.gateway.session.Sessions;
import io.forebay.storage.MessageLog;

/** What every connection shares. All of it may be used by any event loop. */
public record MqttSetup(
        MqttConfig config,
        MessageLog log,
        Sessions sessions,
        AmqpSide amqpSide,
        Authentication authentication,
        Access access,
        ConnectedClients clients,
        Presence presence,
        MqttMeters meters) {

    /** The same with another configuration. */
    MqttSetup with(MqttConfig other) {
        return new MqttSetup(other, log, sessions, amqpSide, authentication, access, clients, presence, meters);
    }
}
