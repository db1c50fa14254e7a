package io.forebay.simulator;

import java.time.Duration;

/**
 * A load for {@link LoadGenerator}.
 *
 * @param target the broker; spoken to in MQTT 3.1.1 whatever its level says
 * @param connections number of connections
 * @param topicsPerConnection topics of each connection, used in turn; none is shared between connections
 * @param window unacknowledged messages per connection
 * @param payloadBytes payload size
 * @param warmUp how long to publish before counting
 * @param duration how long to count
 */
public record LoadConfig(
        MqttTarget target,
        int connections,
        int topicsPerConnection,
        int window,
        int payloadBytes,
        Duration warmUp,
        Duration duration) {

    public LoadConfig {
        if (connections < 1 || topicsPerConnection < 1) {
            throw new IllegalArgumentException("there must be at least one connection with one topic");
        }
        if (window < 1 || window > FleetLoad.WINDOW_MAX) {
            throw new IllegalArgumentException("the window must be between 1 and " + FleetLoad.WINDOW_MAX);
        }
        if (payloadBytes < 0 || payloadBytes > FleetLoad.PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "the payload must have at most " + FleetLoad.PAYLOAD_BYTES_MAX + " bytes");
        }
        if (warmUp.isNegative() || duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("the duration must be positive");
        }
    }

    /** 100 connections with a topic each, 200 bytes, 64 unacknowledged. */
    public static LoadConfig of(MqttTarget target, Duration warmUp, Duration duration) {
        return new LoadConfig(target, 100, 1, 64, 200, warmUp, duration);
    }
}
