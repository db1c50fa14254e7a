package io.forebay.simulator;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;

/** Reads the reason of a DISCONNECT, which only MQTT 5 has. */
final class MqttReasons {
    private MqttReasons() {}

    /** {@code " 0x95"}, or nothing. */
    static String of(MqttMessage disconnect) {
        return disconnect.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header
                ? " 0x" + Integer.toHexString(header.reasonCode() & 0xFF)
                : "";
    }
}
