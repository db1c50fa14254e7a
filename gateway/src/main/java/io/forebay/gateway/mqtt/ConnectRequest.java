package io.forebay.gateway.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What a CONNECT asks for, checked and bounded.
 *
 * @param clientIdAssigned whether the device left the client id to us
 * @param protocolLevel 4 (also for 3.1) or 5
 * @param sessionExpirySeconds how long the session outlives the connection, capped by our limit
 * @param sessionExpiryCapped whether our limit is below what was asked for
 * @param keepAliveSeconds 0 for none
 * @param will null for none
 */
record ConnectRequest(
        String clientId,
        boolean clientIdAssigned,
        int protocolLevel,
        boolean cleanStart,
        long sessionExpirySeconds,
        boolean sessionExpiryCapped,
        int keepAliveSeconds,
        Will will) {

    /** Throws {@link ConnectRefused}. */
    static ConnectRequest read(MqttConnectMessage packet, MqttConfig config) {
        MqttConnectVariableHeader header = packet.variableHeader();
        boolean v5 = header.version() >= 5;
        if (header.properties().getProperty(MqttProperties.AUTHENTICATION_METHOD) != null) {
            throw new ConnectRefused(
                    MqttConnectReturnCode.CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD,
                    "enhanced authentication is not offered");
        }
        String clientId = packet.payload().clientIdentifier();
        boolean assigned = clientId.isEmpty();
        if (assigned && !v5 && !header.isCleanSession()) {
            throw new ConnectRefused(
                    MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID,
                    "an empty client id needs a clean session"); // MQTT-3.1.3-8
        }
        if (clientId.getBytes(StandardCharsets.UTF_8).length > config.clientIdBytesMax()) {
            throw new ConnectRefused(
                    MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID,
                    "the client id is longer than client-id-bytes-max, " + config.clientIdBytesMax());
        }
        long expiryAsked = expirySeconds(header, v5, config.sessionExpiryMaxSeconds());
        long expiry = Math.min(expiryAsked, config.sessionExpiryMaxSeconds());
        return new ConnectRequest(
                assigned ? "auto-" + UUID.randomUUID() : clientId,
                assigned,
                v5 ? 5 : 4,
                header.isCleanSession(),
                expiry,
                expiry < expiryAsked,
                header.keepAliveTimeSeconds(),
                header.isWillFlag() ? Will.read(packet) : null);
    }

    private static long expirySeconds(MqttConnectVariableHeader header, boolean v5, long expiryMaxSeconds) {
        if (!v5) {
            return header.isCleanSession() ? 0 : expiryMaxSeconds; // 3.1.1 has no word for it: as long as we keep it.
        }
        MqttProperties.MqttProperty<?> expiry = header.properties().getProperty(MqttProperties.SESSION_EXPIRY_INTERVAL);
        return expiry == null ? 0 : Integer.toUnsignedLong((Integer) expiry.value());
    }
}
