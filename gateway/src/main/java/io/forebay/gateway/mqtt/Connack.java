package io.forebay.gateway.mqtt;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;

/** CONNACK packets (MQTT-3.2). */
final class Connack {
    private static final int RECEIVE_MAXIMUM_DEFAULT = 65_535;

    private Connack() {}

    static MqttConnAckMessage accepted(ConnectRequest request, boolean sessionPresent, MqttConfig config) {
        MqttMessageBuilders.ConnAckBuilder packet = MqttMessageBuilders.connAck()
                .returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
                .sessionPresent(sessionPresent);
        if (request.protocolLevel() >= 5) {
            packet.properties(properties -> {
                if (request.clientIdAssigned()) {
                    properties.assignedClientId(request.clientId());
                }
                if (request.sessionExpiryCapped()) {
                    properties.sessionExpiryInterval(request.sessionExpirySeconds());
                }
                if (config.receiveMaximum() < RECEIVE_MAXIMUM_DEFAULT) {
                    properties.receiveMaximum(config.receiveMaximum());
                }
                properties.maximumPacketSize(config.packetBytesMax());
                properties.topicAliasMaximum(config.topicAliasMaximum());
                properties.retainAvailable(true); // The flag is carried to the backend.
                // Nothing is delivered to devices yet: say so before a device relies on it.
                properties.wildcardSubscriptionAvailable(false);
                properties.sharedSubscriptionAvailable(false);
                properties.subscriptionIdentifiersAvailable(false);
            });
        }
        return packet.build();
    }

    static MqttConnAckMessage refused(ConnectRefused refusal, int protocolLevel) {
        MqttMessageBuilders.ConnAckBuilder packet =
                MqttMessageBuilders.connAck().returnCode(refusal.codeFor(protocolLevel));
        if (protocolLevel >= 5) {
            packet.properties(properties -> properties.reasonString(refusal.getMessage()));
        }
        return packet.build();
    }
}
