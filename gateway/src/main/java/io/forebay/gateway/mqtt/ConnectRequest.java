package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.Properties;
import io.forebay.gateway.mqtt.codec.Property;
import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.forebay.storage.Message;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What a CONNECT asks for, checked and bounded.
 *
 * @param clientIdAssigned whether the device left the client id to us
 * @param protocolLevel 3, 4 or 5
 * @param sessionExpirySeconds how long the session outlives the connection, capped by our limit
 * @param sessionExpiryCapped whether our limit is below what was asked for
 * @param keepAliveSeconds 0 for none, capped by our limit
 * @param keepAliveCapped whether our limit is below what was asked for
 * @param username as CONNECT says it, and later whom the device has proven to be; empty for none
 * @param will null for none
 * @param authenticationMethod null for none
 * @param authenticationData empty for none
 */
record ConnectRequest(
        String clientId,
        boolean clientIdAssigned,
        int protocolLevel,
        boolean cleanStart,
        long sessionExpirySeconds,
        boolean sessionExpiryCapped,
        int keepAliveSeconds,
        boolean keepAliveCapped,
        ClientLimits limits,
        boolean wantsResponseInformation,
        String username,
        Message will,
        long willDelaySeconds,
        String authenticationMethod,
        byte[] authenticationData) {
    static final int LEVEL_5 = 5;
    static final int LEVEL_3_1_1 = 4;
    static final int LEVEL_3_1 = 3;
    private static final byte[] NO_DATA = {};

    /** Throws {@link ConnectRefused}. */
    static ConnectRequest read(Packet.Connect packet, MqttConfig config) {
        boolean v5 = packet.protocolLevel() >= LEVEL_5;
        checkClientId(packet, config);
        boolean assigned = packet.clientId().isEmpty();
        String clientId = assigned ? "auto-" + UUID.randomUUID() : packet.clientId();
        Properties properties = packet.properties();
        long expiryAsked = expirySeconds(packet, config.sessionExpiryMaxSeconds());
        long expiry = Math.min(expiryAsked, config.sessionExpiryMaxSeconds());
        int keepAlive = keepAliveSeconds(packet, config.protocol().keepAliveMaxSeconds());
        Packet.Will will = packet.will();
        String username = packet.userName() == null ? "" : packet.userName();
        byte[] data = properties.binary(Property.AUTHENTICATION_DATA);
        return new ConnectRequest(
                clientId,
                assigned,
                packet.protocolLevel(),
                packet.cleanStart(),
                expiry,
                v5 && expiry < expiryAsked,
                keepAlive,
                keepAlive != packet.keepAliveSeconds(),
                ClientLimits.read(properties),
                properties.number(Property.REQUEST_RESPONSE_INFORMATION, 0) == 1,
                username,
                will == null ? null : will(clientId, username, packet.protocolLevel(), will, config),
                will == null ? 0 : will.properties().number(Property.WILL_DELAY_INTERVAL, 0),
                properties.text(Property.AUTHENTICATION_METHOD),
                data == null ? NO_DATA : data);
    }

    /** Of the user that the device is: what CONNECT claims is nothing that a will may carry to others. */
    ConnectRequest as(String user) {
        return new ConnectRequest(
                clientId,
                clientIdAssigned,
                protocolLevel,
                cleanStart,
                sessionExpirySeconds,
                sessionExpiryCapped,
                keepAliveSeconds,
                keepAliveCapped,
                limits,
                wantsResponseInformation,
                user,
                will == null ? null : as(will, user),
                willDelaySeconds,
                authenticationMethod,
                authenticationData);
    }

    private static Message as(Message will, String user) {
        return new Message(
                will.arrivedAtMs(),
                will.clientId(),
                will.topic(),
                will.qos(),
                will.retain(),
                will.dup(),
                will.protocolLevel(),
                will.packetId(),
                will.properties(),
                will.payload(),
                user);
    }

    /** The level of the log's records: MQTT 3.1 counts as 3.1.1 there. */
    static int recordLevel(int protocolLevel) {
        return Math.max(protocolLevel, LEVEL_3_1_1);
    }

    private static void checkClientId(Packet.Connect packet, MqttConfig config) {
        String clientId = packet.clientId();
        boolean mayBeEmpty =
                packet.protocolLevel() >= LEVEL_5 || (packet.protocolLevel() > LEVEL_3_1 && packet.cleanStart());
        if (clientId.isEmpty() && !mayBeEmpty) {
            throw new ConnectRefused(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "an empty client id needs a clean session, and MQTT 3.1 has none"); // MQTT-3.1.3-8 of 3.1.1
        }
        if (clientId.getBytes(StandardCharsets.UTF_8).length > config.clientIdBytesMax()) {
            throw new ConnectRefused(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "the client id is longer than client-id-bytes-max, " + config.clientIdBytesMax());
        }
    }

    private static long expirySeconds(Packet.Connect packet, long expiryMaxSeconds) {
        if (packet.protocolLevel() < LEVEL_5) {
            return packet.cleanStart() ? 0 : expiryMaxSeconds; // No word for it: as long as we keep it.
        }
        return packet.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0);
    }

    /** Only MQTT 5 can be told another Keep Alive than it asked for (MQTT-3.1.2-21). */
    private static int keepAliveSeconds(Packet.Connect packet, int maxSeconds) {
        int asked = packet.keepAliveSeconds();
        boolean above = maxSeconds > 0 && (asked == 0 || asked > maxSeconds);
        return above && packet.protocolLevel() >= LEVEL_5 ? maxSeconds : asked;
    }

    /** A will is a PUBLISH of later, so what refuses a PUBLISH refuses it now (MQTT-3.1.2.5). */
    private static Message will(String clientId, String username, int level, Packet.Will will, MqttConfig config) {
        if (!PublishChecks.isTopic(will.topic(), config.protocol().topicLevelsMax())) {
            throw new ConnectRefused(
                    ReasonCode.TOPIC_NAME_INVALID, "the will topic is empty, has a wildcard, or has too many levels");
        }
        if (!PublishChecks.isPayloadAsSaid(will.properties(), will.payload())) {
            throw new ConnectRefused(ReasonCode.PAYLOAD_FORMAT_INVALID, "the will payload is not UTF-8 as it says");
        }
        return new Message(
                System.currentTimeMillis(),
                clientId,
                will.topic(),
                will.qos(),
                will.retain(),
                false,
                recordLevel(level),
                0,
                will.properties().without(Property.WILL_DELAY_INTERVAL).wire(),
                will.payload(),
                username);
    }
}
