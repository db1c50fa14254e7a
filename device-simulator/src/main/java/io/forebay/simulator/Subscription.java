package io.forebay.simulator;

import io.forebay.simulator.scenario.ConnectionSpec;
import io.forebay.simulator.scenario.TrafficSpec;
import java.util.List;
import java.util.Optional;

/**
 * Where and how the consumer subscribes in a run that is verified over MQTT.
 *
 * @param target the broker itself, without the proxy that devices may be cut off by
 * @param connection how it connects
 * @param filters what it subscribes to
 */
record Subscription(MqttTarget target, ConnectionSpec connection, List<String> filters) {
    private static final int FIRST_DEVICE = 0;

    Subscription {
        filters = List.copyOf(filters);
    }

    /** As the first device does, whose name and certificate it has, but under a client id of its own and without a will. */
    static ConnectionSpec like(ConnectionSpec devices) {
        ConnectionSpec.Transport transport = devices.transport();
        return new ConnectionSpec(
                ConnectionSpec.Version.V3_1_1,
                "",
                TrafficSpec.fill(devices.user(), FIRST_DEVICE, 0),
                TrafficSpec.fill(devices.password(), FIRST_DEVICE, 0),
                true,
                ConnectionSpec.DEFAULT.keepAliveSeconds(),
                transport,
                List.of(),
                Optional.empty());
    }
}
