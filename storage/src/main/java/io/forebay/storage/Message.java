package io.forebay.storage;

/**
 * One PUBLISH as it was received, without loss: any later mapping can be made from it. Or what came from the AMQP broker
 * for devices, made into the same form.
 *
 * <p>The arrays are not copied, neither in nor out: whoever makes a message gives them away, nobody changes them.
 *
 * @param arrivedAtMs when the gateway read it, milliseconds since 1970 (UTC)
 * @param clientId MQTT client id of the publisher, never empty
 * @param topic MQTT topic name, never empty; at most 65 535 bytes of UTF-8, like the client id
 * @param qos 0, 1 or 2
 * @param retain the RETAIN flag as received
 * @param dup the DUP flag as received
 * @param protocolLevel 4 for MQTT 3.1.1, 5 for MQTT 5, {@link #FROM_AMQP} if no device sent it
 * @param packetId packet identifier as received; 0 at QoS 0 and for a will, which has no handshake
 * @param properties the PUBLISH properties in MQTT 5 wire format without their length prefix; empty for 3.1.1
 * @param payload application message, possibly empty
 */
public record Message(
        long arrivedAtMs,
        String clientId,
        String topic,
        int qos,
        boolean retain,
        boolean dup,
        int protocolLevel,
        int packetId,
        byte[] properties,
        byte[] payload) {

    /** The protocol level of what came over AMQP; its properties are those of MQTT 5. */
    public static final int FROM_AMQP = 0;

    public Message {
        if (clientId.isEmpty() || topic.isEmpty()) {
            throw new IllegalArgumentException("client id and topic must not be empty");
        }
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("QoS must be 0, 1 or 2, not " + qos);
        }
    }

    /** Whether it came over AMQP and is for devices only: nobody carries it back to the broker. */
    public boolean fromAmqp() {
        return protocolLevel == FROM_AMQP;
    }
}
