package io.forebay.gateway.mqtt.codec;

import java.util.List;

/**
 * An MQTT control packet, for MQTT 3.1, 3.1.1 and 5. In the versions before 5 properties are {@link Properties#NONE} and
 * reason codes 0. A packet that the decoder hands over is valid in itself; what depends on the state of the connection is
 * not checked.
 */
public sealed interface Packet {

    /**
     * @param protocolLevel 3 (MQTT 3.1), 4 (3.1.1) or 5
     * @param clientId possibly empty
     * @param will null for none
     * @param userName null for none
     * @param password null for none
     */
    record Connect(
            int protocolLevel,
            boolean cleanStart,
            int keepAliveSeconds,
            String clientId,
            Will will,
            String userName,
            byte[] password,
            Properties properties)
            implements Packet {}

    /** @param properties the will properties, Will Delay Interval among them */
    record Will(String topic, int qos, boolean retain, Properties properties, byte[] payload) {}

    /** @param code a reason code of MQTT 5, or a return code of 3.1.1: the encoder writes it as it is */
    record Connack(boolean sessionPresent, int code, Properties properties) implements Packet {}

    /**
     * @param topic empty where a topic alias stands for it
     * @param packetId 0 at QoS 0
     */
    record Publish(
            int qos, boolean retain, boolean dup, String topic, int packetId, Properties properties, byte[] payload)
            implements Packet {}

    record Puback(int packetId, int reasonCode, Properties properties) implements Packet {}

    record Pubrec(int packetId, int reasonCode, Properties properties) implements Packet {}

    record Pubrel(int packetId, int reasonCode, Properties properties) implements Packet {}

    record Pubcomp(int packetId, int reasonCode, Properties properties) implements Packet {}

    record Subscribe(int packetId, Properties properties, List<Requested> filters) implements Packet {}

    /** One topic filter of a SUBSCRIBE. Its syntax is not checked: a wrong one is refused, it does not end a connection. */
    record Requested(String filter, int qos, boolean noLocal, boolean retainAsPublished, int retainHandling) {}

    record Suback(int packetId, Properties properties, List<Integer> codes) implements Packet {}

    record Unsubscribe(int packetId, Properties properties, List<String> filters) implements Packet {}

    /** @param codes written for MQTT 5 only */
    record Unsuback(int packetId, Properties properties, List<Integer> codes) implements Packet {}

    record Pingreq() implements Packet {}

    record Pingresp() implements Packet {}

    record Disconnect(int reasonCode, Properties properties) implements Packet {}

    record Auth(int reasonCode, Properties properties) implements Packet {}

    /**
     * Bytes that are no packet; nothing is decoded after it.
     *
     * @param reason what DISCONNECT or CONNACK says to an MQTT 5 device
     * @param protocolLevel the level that a broken CONNECT had named, or 0 if it did not get so far
     * @param sentence what is wrong, with the statement of the standard
     * @param told whether the device is to hear of it
     */
    record Malformed(ReasonCode reason, int protocolLevel, String sentence, boolean told) implements Packet {}
}
