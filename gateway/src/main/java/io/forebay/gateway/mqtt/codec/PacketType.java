package io.forebay.gateway.mqtt.codec;

/** The control packet types, in the order of their values, and what the fixed header of each says (MQTT 5 section 2.1). */
enum PacketType {
    RESERVED(0, 0),
    CONNECT(1, 0),
    CONNACK(2, 0),
    PUBLISH(3, 0),
    PUBACK(4, 0),
    PUBREC(5, 0),
    PUBREL(6, 2),
    PUBCOMP(7, 0),
    SUBSCRIBE(8, 2),
    SUBACK(9, 0),
    UNSUBSCRIBE(10, 2),
    UNSUBACK(11, 0),
    PINGREQ(12, 0),
    PINGRESP(13, 0),
    DISCONNECT(14, 0),
    AUTH(15, 0);

    private static final PacketType[] BY_VALUE = values();
    private static final int DUP = 8;

    private final int value;
    private final int flags;

    PacketType(int value, int flags) {
        this.value = value;
        this.flags = flags;
    }

    static PacketType of(int firstByte) {
        return BY_VALUE[firstByte >>> 4];
    }

    int firstByte() {
        return value << 4 | flags;
    }

    /** Whether there is such a packet at all, whatever follows. Throws {@link MalformedPacket}. */
    static void expectOne(int firstByte) {
        if (of(firstByte) == RESERVED) {
            throw MalformedPacket.protocolError("there is no packet of type 0 [section 2.1.2]");
        }
    }

    /**
     * Whether a device may send a packet with this fixed header now. Throws {@link MalformedPacket}.
     *
     * @param remaining the remaining length
     * @param level what CONNECT has said, 0 if it has not come
     */
    static void check(int firstByte, int remaining, int level) {
        PacketType type = of(firstByte);
        if (type == CONNACK) {
            throw MalformedPacket.protocolError("CONNACK is not a device's [section 2.1.2]");
        }
        if ((type == CONNECT) != (level == 0)) {
            throw MalformedPacket.protocolError(
                    level == 0
                            ? "the first packet is " + type + ", not CONNECT [MQTT-3.1.0-1]"
                            : "a second CONNECT came [MQTT-3.1.0-2]");
        }
        if ((type == PINGREQ || type == PINGRESP) && remaining > 0) {
            // Where it ends is as doubtful as what it is, so nothing is said.
            throw MalformedPacket.malformed(type + " has a body [section 3.12]").untold();
        }
        if (type == PUBLISH) {
            checkPublish(firstByte, level);
        } else if (level >= 4 && (firstByte & 0x0F) != type.flags) { // MQTT 3.1 does not use them, and allows DUP.
            throw MalformedPacket.malformed("the reserved flags of " + type + " are wrong [MQTT-2.1.3-1]");
        }
        if (type == SUBACK || type == UNSUBACK || type == PINGRESP || (type == AUTH && level < 5)) {
            throw MalformedPacket.protocolError(type + " is not a packet that a device sends [section 2.1.2]");
        }
    }

    private static void checkPublish(int firstByte, int level) {
        int qos = qos(firstByte);
        if (qos == 3) {
            throw MalformedPacket.malformed("a PUBLISH has QoS 3 [MQTT-3.3.1-4]");
        }
        if (qos == 0 && isDup(firstByte) && level >= 4) {
            throw MalformedPacket.malformed("a PUBLISH of QoS 0 has DUP [MQTT-3.3.1-2]");
        }
    }

    static int qos(int firstByte) {
        return firstByte >>> 1 & 3;
    }

    static boolean isDup(int firstByte) {
        return (firstByte & DUP) != 0;
    }

    static boolean isRetain(int firstByte) {
        return (firstByte & 1) != 0;
    }
}
