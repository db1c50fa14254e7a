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
 * @param packetId packet identifier as received; 0 at QoS 0 and for a will, which has no handshake. Of what came over AMQP: a
 *     number under which whoever appended it wants to hear what became of it, or 0
 * @param properties the PUBLISH properties in MQTT 5 wire format without their length prefix; empty for 3.1.1
 * @param payload application message, possibly empty
 * @param username that the publisher has given, where somebody wants to know it; else empty
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
        byte[] payload,
        String username) {

    /** The protocol level of what came over AMQP; its properties are those of MQTT 5. */
    public static final int FROM_AMQP = 0;

    /** Without a user name. */
    public Message(
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
        this(arrivedAtMs, clientId, topic, qos, retain, dup, protocolLevel, packetId, properties, payload, "");
    }

    public Message {
        if (clientId.isEmpty() || topic.isEmpty()) {
            throw new IllegalArgumentException("client id and topic must not be empty");
        }
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("QoS must be 0, 1 or 2, not " + qos);
        }
    }

    /** The same, published by who gave this name. */
    public Message withUsername(String other) {
        return new Message(
                arrivedAtMs, clientId, topic, qos, retain, dup, protocolLevel, packetId, properties, payload, other);
    }

    /** Whether it came over AMQP and is for devices only: nobody carries it back to the broker. */
    public boolean fromAmqp() {
        return protocolLevel == FROM_AMQP;
    }
}
