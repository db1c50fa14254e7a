package io.forebay.gateway.mqtt;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.concurrent.ConcurrentHashMap;

/** Who is connected, by client id. Shared by all event loops; entries are exchanged and compared, never just removed. */
public final class ConnectedClients {
    private final ConcurrentHashMap<String, MqttConnection> connections = new ConcurrentHashMap<>();
    /** These two are empty where users may have any number of connections. */
    private final ConcurrentHashMap<MqttConnection, String> users = new ConcurrentHashMap<>();

    private final ConcurrentHashMap<String, Integer> connectionsOfUsers = new ConcurrentHashMap<>();

    /** @return the connection that has this client id now, or null */
    MqttConnection of(String clientId) {
        return connections.get(clientId);
    }

    /** @return the connection that had this client id until now, or null */
    MqttConnection enter(String clientId, MqttConnection connection) {
        return connections.put(clientId, connection);
    }

    /** The rules of access have changed; each connection is told on its event loop. */
    public void onAccessChanged() {
        connections.values().forEach(connection -> connection.onItsLoop(connection::onAccessChanged));
    }

    /** Users or keys have changed; each connection is told on its event loop. */
    public void onProofsChanged() {
        connections.values().forEach(connection -> connection.onItsLoop(connection::onProofsChanged));
    }

    /**
     * Counts one more connection of a user. {@link #leave} takes it back.
     *
     * @param earlier of the same client id, which is about to end, or null
     * @return whether the user has no more than so many, the earlier one not counted
     */
    boolean enterUser(String user, MqttConnection connection, MqttConnection earlier, int max) {
        int ending = earlier != null && user.equals(users.get(earlier)) ? 1 : 0;
        users.put(connection, user);
        return connectionsOfUsers.merge(user, 1, Integer::sum) - ending <= max;
    }

    /** Removes the client id only if this very connection has it: a late end never touches a newer connection. */
    @CanIgnoreReturnValue
    boolean leave(String clientId, MqttConnection connection) {
        String user = users.remove(connection);
        if (user != null) {
            connectionsOfUsers.computeIfPresent(user, (name, count) -> count == 1 ? null : count - 1);
        }
        return connections.remove(clientId, connection);
    }
}
