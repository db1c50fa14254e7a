package io.forebay.gateway.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a device has published to a route that has its share of the log: it is kept in hand, and the socket is not read,
 * until there is room. So nothing is appended beyond the share, and nothing overtakes. Owned by the connection's event loop.
 */
final class RouteWaits {
    /** @param dropped counts it, should the connection end before */
    private record Held(String topic, Runnable append, Runnable dropped) {}

    private final MqttConnection connection;
    private final MqttSetup setup;
    private final String username;
    /** One, and what had been decoded behind it when the socket was paused. */
    private final Deque<Held> held = new ArrayDeque<>();

    private Runnable giveUp = () -> {};

    RouteWaits(MqttConnection connection, MqttSetup setup, String username) {
        this.connection = connection;
        this.setup = setup;
        this.username = username;
    }

    boolean mustWait(String topic) {
        return !held.isEmpty()
                || setup.amqpSide()
                        .whenFull(connection.clientId(), username, topic)
                        .isPresent();
    }

    void hold(String topic, Runnable append, Runnable dropped) {
        held.add(new Held(topic, append, dropped));
        if (held.size() == 1) {
            if (connection.socketPause().pause(SocketPause.Reason.ROUTE)) {
                setup.meters().paused();
            }
            await();
        }
    }

    private void await() {
        String topic = held.peek().topic();
        giveUp = setup.amqpSide()
                .awaitRoom(connection.clientId(), username, topic, () -> connection.onItsLoop(this::goOn));
    }

    private void goOn() {
        while (!held.isEmpty() && !connection.isClosed()) {
            Held first = held.peek();
            if (setup.amqpSide()
                    .whenFull(connection.clientId(), username, first.topic())
                    .isPresent()) {
                await(); // Others were faster.
                return;
            }
            held.poll();
            first.append().run();
        }
        connection.socketPause().resume(SocketPause.Reason.ROUTE);
    }

    /** The connection is gone; whoever waits for an acknowledgement will send it again. */
    void end() {
        giveUp.run();
        held.forEach(each -> each.dropped().run());
        held.clear();
    }
}
