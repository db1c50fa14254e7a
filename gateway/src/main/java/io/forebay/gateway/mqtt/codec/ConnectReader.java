package io.forebay.gateway.mqtt.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads one CONNECT (MQTT-3.1). Owned by the decoder of one connection. */
final class ConnectReader {
    private static final byte[] MQTT = "MQTT".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MQISDP = "MQIsdp".getBytes(StandardCharsets.US_ASCII);
    private static final int MQTT_3_1 = 3;

    private static final int RESERVED = 0x01;
    private static final int CLEAN_START = 0x02;
    private static final int WILL = 0x04;
    private static final int WILL_RETAIN = 0x20;
    private static final int PASSWORD = 0x40;
    private static final int USER_NAME = 0x80;

    private int level;

    /** The protocol level that the packet names, also if the rest of it is wrong; 0 if it is not named. */
    int level() {
        return level;
    }

    /**
     * Throws {@link MalformedPacket}.
     *
     * @param shortestLength whether the remaining length is written in as few bytes as it can be
     */
    Packet.Connect read(Cursor in, int firstByte, boolean shortestLength) {
        byte[] name = in.binary();
        boolean old = Arrays.equals(name, MQISDP);
        if (!old && !Arrays.equals(name, MQTT)) {
            throw unsupported("the protocol name is not MQTT [MQTT-3.1.2-1]");
        }
        level = Math.max(1, in.oneByte()); // As unknown as 0, which says that none was named.
        if (old ? level != MQTT_3_1 : level != 4 && level != 5) {
            throw unsupported("the protocol level " + level + " is not known [MQTT-3.1.2-2]");
        }
        if (level > MQTT_3_1 && (firstByte & 0x0F) != 0) {
            throw MalformedPacket.malformed("the reserved flags of CONNECT are wrong [MQTT-2.1.3-1]");
        }
        if (level == 5 && !shortestLength) {
            throw MalformedPacket.malformed("the remaining length has more bytes than it needs [MQTT-1.5.5-1]");
        }
        return readFields(in);
    }

    private Packet.Connect readFields(Cursor in) {
        int flags = in.oneByte();
        checkFlags(flags);
        int keepAlive = in.twoBytes();
        Properties properties = level == 5 ? in.properties(PropertyRules.CONNECT) : Properties.NONE;
        String clientId = in.clientId(level);
        Properties willProperties =
                level == 5 && isSet(flags, WILL) ? in.properties(PropertyRules.WILL) : Properties.NONE;
        Packet.Will will;
        String userName;
        byte[] password;
        try {
            will = isSet(flags, WILL) ? readWill(in, flags, willProperties) : null;
            userName = isSet(flags, USER_NAME) && isThere(in) ? in.name("the user name") : null;
            password = isSet(flags, PASSWORD) && isThere(in) ? in.binary() : null;
        } catch (MalformedPacket wrong) {
            // CONNACK may say it (section 4.13.1). Devices know a mere close from Mosquitto, and so does who guesses.
            throw wrong.untold();
        }
        in.expectEnd();
        return new Packet.Connect(
                level, isSet(flags, CLEAN_START), keepAlive, clientId, will, userName, password, properties);
    }

    private void checkFlags(int flags) {
        if (isSet(flags, PASSWORD) && !isSet(flags, USER_NAME) && level < 5) {
            throw MalformedPacket.malformed("there is a password without a user name [MQTT-3.1.2-22]");
        }
        if (isSet(flags, WILL) && willQos(flags) == 3) {
            throw MalformedPacket.malformed("the will has QoS 3 [MQTT-3.1.2-12]");
        }
        if (level == MQTT_3_1) {
            return; // It does not use bit 0, and says nothing about the will's flags where there is no will.
        }
        if (isSet(flags, RESERVED)) {
            throw MalformedPacket.malformed("the reserved bit of the connect flags is set [MQTT-3.1.2-3]");
        }
        if (!isSet(flags, WILL) && (willQos(flags) != 0 || isSet(flags, WILL_RETAIN))) {
            throw MalformedPacket.malformed("there is no will, but it has a QoS or retain [MQTT-3.1.2-11, -13]");
        }
    }

    private static Packet.Will readWill(Cursor in, int flags, Properties properties) {
        String topic = in.topicName();
        if (topic.isEmpty()) {
            throw MalformedPacket.protocolError("the will has no topic [MQTT-4.7.3-1]");
        }
        byte[] payload = in.binary();
        return new Packet.Will(topic, willQos(flags), isSet(flags, WILL_RETAIN), properties, payload);
    }

    /** In MQTT 3.1 the remaining length takes precedence over the flags: what is not there is valid. */
    private boolean isThere(Cursor in) {
        return level > MQTT_3_1 || in.remaining() > 0;
    }

    private static boolean isSet(int flags, int flag) {
        return (flags & flag) != 0;
    }

    private static int willQos(int flags) {
        return flags >>> 3 & 3;
    }

    private static MalformedPacket unsupported(String sentence) {
        return new MalformedPacket(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, sentence);
    }
}
