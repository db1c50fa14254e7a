package io.forebay.gateway.mqtt;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a device has published to routes at {@link io.forebay.storage.AckLevel#BROKERED} and the broker has not settled: it
 * is acknowledged in the order of the broker's answers, not of the publishes, or one topic would wait for the other. (That
 * order is asked of clients only, MQTT-4.6.0-2.) Owned by the connection's event loop.
 */
final class BrokerWaits {
    private final MqttConnection connection;
    private final AmqpSide amqpSide;
    private final String username;
    private final Set<Wait> waits = new HashSet<>();

    /** @param username as it is in the messages of the device */
    BrokerWaits(MqttConnection connection, AmqpSide amqpSide, String username) {
        this.connection = connection;
        this.amqpSide = amqpSide;
        this.username = username;
    }

    /** Runs {@code told} on the connection's event loop, unless that ends before. */
    void await(String topic, long before, Consumer<Boolean> told) {
        if (connection.isClosed()) {
            return;
        }
        Wait wait = new Wait();
        waits.add(wait);
        wait.giveUp = amqpSide.awaitSettled(
                connection.clientId(),
                username,
                topic,
                before,
                accepted -> connection.onItsLoop(() -> wait.over(accepted, told)));
    }

    /** Nobody is left to be told. */
    void end() {
        waits.forEach(wait -> wait.giveUp.run());
        waits.clear();
    }

    private final class Wait {
        private Runnable giveUp;

        void over(boolean accepted, Consumer<Boolean> told) {
            if (waits.remove(this)) {
                told.accept(accepted);
            }
        }
    }
}
