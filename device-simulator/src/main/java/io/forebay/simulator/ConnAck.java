package io.forebay.simulator;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttProperties;
import java.util.Locale;

/** Reads the broker's answer to CONNECT. */
final class ConnAck {
    private ConnAck() {}

    static boolean accepts(MqttConnAckMessage packet) {
        return packet.variableHeader().connectReturnCode() == MqttConnectReturnCode.CONNECTION_ACCEPTED;
    }

    /** Why it does not, in words. */
    static String refusal(MqttConnAckMessage packet) {
        return packet.variableHeader()
                .connectReturnCode()
                .name()
                .replaceFirst("^CONNECTION_REFUSED_", "")
                .toLowerCase(Locale.ROOT)
                .replace('_', ' ');
    }

    /** How many messages it takes at a time (MQTT-3.3.4-7); 3.1.1 does not say. */
    static int receiveMaximum(MqttConnAckMessage packet) {
        MqttConnAckVariableHeader answer = packet.variableHeader();
        MqttProperties.MqttProperty<?> property = answer.properties().getProperty(MqttProperties.RECEIVE_MAXIMUM);
        return property == null ? Integer.MAX_VALUE : (Integer) property.value();
    }
}
