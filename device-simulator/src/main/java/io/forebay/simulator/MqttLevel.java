package io.forebay.simulator;

import io.netty.handler.codec.mqtt.MqttVersion;

/** The MQTT versions that a simulated device speaks. */
public enum MqttLevel {
    V3_1_1(MqttVersion.MQTT_3_1_1),
    V5(MqttVersion.MQTT_5);

    private final MqttVersion version;

    MqttLevel(MqttVersion version) {
        this.version = version;
    }

    MqttVersion version() {
        return version;
    }
}
