package io.forebay.simulator;

import io.forebay.simulator.scenario.ConnectionSpec;

/** The MQTT versions that a simulated device speaks. */
public enum MqttLevel {
    V3_1_1(ConnectionSpec.Version.V3_1_1),
    V5(ConnectionSpec.Version.V5);

    private final ConnectionSpec.Version version;

    MqttLevel(ConnectionSpec.Version version) {
        this.version = version;
    }

    ConnectionSpec.Version version() {
        return version;
    }
}
