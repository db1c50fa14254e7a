package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.Properties;
import io.forebay.gateway.mqtt.codec.Property;

/** The CONNACK that accepts (MQTT-3.2). */
final class Connack {
    private static final int RECEIVE_MAXIMUM_DEFAULT = 65_535;

    private Connack() {}

    /** @param authenticationData what ends an enhanced authentication, null if there was none */
    static Packet.Connack accepted(
            ConnectRequest request, boolean sessionPresent, byte[] authenticationData, MqttConfig config) {
        if (request.protocolLevel() < ConnectRequest.LEVEL_5) {
            boolean told =
                    request.protocolLevel() > ConnectRequest.LEVEL_3_1 && sessionPresent; // MQTT 3.1 has no such flag.
            return new Packet.Connack(told, 0, Properties.NONE);
        }
        Properties.Builder properties = Properties.builder();
        // The order is free; this is Mosquitto's, which tests of brokers compare byte by byte.
        if (config.topicAliasMaximum() > 0) {
            properties.number(Property.TOPIC_ALIAS_MAXIMUM, config.topicAliasMaximum());
        }
        if (request.clientIdAssigned()) {
            properties.text(Property.ASSIGNED_CLIENT_IDENTIFIER, request.clientId()); // MQTT-3.2.2-16
        }
        String prefix = config.protocol().responseInformation();
        if (request.wantsResponseInformation() && !prefix.isEmpty()) {
            properties.text(Property.RESPONSE_INFORMATION, prefix.replace("{clientId}", request.clientId()));
        }
        if (authenticationData != null) {
            properties.text(Property.AUTHENTICATION_METHOD, request.authenticationMethod()); // MQTT-4.12.0-5
            properties.binary(Property.AUTHENTICATION_DATA, authenticationData);
        }
        addLimits(properties, request, config);
        return new Packet.Connack(sessionPresent, 0, properties.build());
    }

    private static void addLimits(Properties.Builder properties, ConnectRequest request, MqttConfig config) {
        if (request.sessionExpiryCapped()) {
            properties.number(Property.SESSION_EXPIRY_INTERVAL, request.sessionExpirySeconds());
        }
        if (request.keepAliveCapped()) {
            properties.number(Property.SERVER_KEEP_ALIVE, request.keepAliveSeconds()); // MQTT-3.2.2-21
        }
        properties.number(Property.MAXIMUM_PACKET_SIZE, config.packetBytesMax());
        if (config.receiveMaximum() < RECEIVE_MAXIMUM_DEFAULT) {
            properties.number(Property.RECEIVE_MAXIMUM, config.receiveMaximum());
        }
    }
}
