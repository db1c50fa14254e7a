package io.forebay.gateway.mqtt.codec;

/** Reads the packets that a device sends after CONNECT. Every method throws {@link MalformedPacket}. */
final class PacketReader {
    private static final Packet.Pingreq PINGREQ = new Packet.Pingreq();

    private PacketReader() {}

    /** @param filtersMax how many topic filters a SUBSCRIBE or UNSUBSCRIBE may have */
    static Packet read(Cursor in, int firstByte, int level, int filtersMax) {
        return switch (PacketType.of(firstByte)) {
            case PUBLISH -> publish(in, firstByte, level);
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> acknowledgement(in, firstByte, level);
            case SUBSCRIBE -> SubscriptionReader.subscribe(in, level, filtersMax);
            case UNSUBSCRIBE -> SubscriptionReader.unsubscribe(in, level, filtersMax);
            case PINGREQ -> {
                in.expectEnd();
                yield PINGREQ;
            }
            case DISCONNECT -> disconnect(in, level);
            case AUTH -> auth(in);
            case RESERVED, CONNECT, CONNACK, SUBACK, UNSUBACK, PINGRESP ->
                throw new IllegalStateException("the first byte was not checked");
        };
    }

    private static Packet publish(Cursor in, int firstByte, int level) {
        int qos = PacketType.qos(firstByte);
        String topic = in.topicName();
        int packetId = qos == 0 ? 0 : in.packetId();
        Properties properties = level == 5 ? in.properties(PropertyRules.PUBLISH) : Properties.NONE;
        if (topic.isEmpty() && !properties.has(Property.TOPIC_ALIAS)) {
            throw MalformedPacket.protocolError("a PUBLISH has neither topic nor topic alias [section 3.3.2.1]");
        }
        return new Packet.Publish(
                qos,
                PacketType.isRetain(firstByte),
                PacketType.isDup(firstByte),
                topic,
                packetId,
                properties,
                in.rest());
    }

    private static Packet acknowledgement(Cursor in, int firstByte, int level) {
        PacketType type = PacketType.of(firstByte);
        ReasonRules reasons =
                type == PacketType.PUBACK || type == PacketType.PUBREC ? ReasonRules.RECEIVED : ReasonRules.RELEASED;
        int packetId = in.packetId();
        int reason = level == 5 && in.remaining() > 0 ? reasons.check(in.oneByte()) : 0;
        Properties properties =
                level == 5 && in.remaining() > 0 ? in.properties(PropertyRules.ACKNOWLEDGEMENT) : Properties.NONE;
        in.expectEnd();
        return switch (type) {
            case PUBACK -> new Packet.Puback(packetId, reason, properties);
            case PUBREC -> new Packet.Pubrec(packetId, reason, properties);
            case PUBREL -> new Packet.Pubrel(packetId, reason, properties);
            default -> new Packet.Pubcomp(packetId, reason, properties);
        };
    }

    private static Packet disconnect(Cursor in, int level) {
        if (level < 5) {
            in.expectEnd();
            return new Packet.Disconnect(0, Properties.NONE);
        }
        int reason = in.remaining() > 0 ? ReasonRules.DISCONNECT.check(in.oneByte()) : 0;
        Properties properties = in.remaining() > 0 ? in.properties(PropertyRules.DISCONNECT) : Properties.NONE;
        in.expectEnd();
        return new Packet.Disconnect(reason, properties);
    }

    private static Packet auth(Cursor in) {
        int reason = ReasonRules.AUTH.check(in.remaining() > 0 ? in.oneByte() : 0);
        Properties properties = in.remaining() > 0 ? in.properties(PropertyRules.AUTH) : PropertyRules.AUTH.none();
        in.expectEnd();
        return new Packet.Auth(reason, properties);
    }
}
