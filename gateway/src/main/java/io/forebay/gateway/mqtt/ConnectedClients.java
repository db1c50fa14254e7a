package io.forebay.gateway.mqtt;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.concurrent.ConcurrentHashMap;

/** Who is connected, by client id. Shared by all event loops; entries are exchanged and compared, never just removed. */
public final class ConnectedClients {
    private final ConcurrentHashMap<String, MqttConnection> connections = new ConcurrentHashMap<>();

    /** @return the connection that had this client id until now, or null */
    MqttConnection enter(String clientId, MqttConnection connection) {
        return connections.put(clientId, connection);
    }

    /** The rules of access have changed; each connection is told on its event loop. */
    public void onAccessChanged() {
        connections.values().forEach(connection -> connection.onItsLoop(connection::onAccessChanged));
    }

    /** Removes the client id only if this very connection has it: a late end never touches a newer connection. */
    @CanIgnoreReturnValue
    boolean leave(String clientId, MqttConnection connection) {
        return connections.remove(clientId, connection);
    }
}
