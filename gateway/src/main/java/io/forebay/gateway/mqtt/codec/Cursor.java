package io.forebay.gateway.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of one packet and never beyond its end. Owned by the decoder of one connection, which sets it to one
 * packet after the other. Every method throws {@link MalformedPacket}.
 */
final class Cursor {
    static final int STRING_BYTES_MAX = 65_535;

    private static final byte[] NO_BYTES = {};
    /** The longest string there can be, once for each event loop: strings are looked through here before they are made. */
    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[STRING_BYTES_MAX];
        }
    };

    private final boolean controlAllowed;
    private ByteBuf in;
    private int at;
    private int end;

    /** @param controlAllowed whether names may contain control characters and non-characters (MQTT 5 section 1.5.4) */
    Cursor(boolean controlAllowed) {
        this.controlAllowed = controlAllowed;
    }

    void set(ByteBuf in, int from, int to) {
        this.in = in;
        this.at = from;
        this.end = to;
    }

    int remaining() {
        return end - at;
    }

    void expectEnd() {
        if (at != end) {
            throw MalformedPacket.malformed("the packet has " + (end - at) + " bytes more than its fields");
        }
    }

    int oneByte() {
        need(1);
        return in.getUnsignedByte(at++);
    }

    int twoBytes() {
        need(2);
        int value = in.getUnsignedShort(at);
        at += 2;
        return value;
    }

    /** MQTT-2.2.1-3 and -4: never 0. */
    int packetId() {
        int packetId = twoBytes();
        if (packetId == 0) {
            throw MalformedPacket.protocolError("the packet identifier is 0 [MQTT-2.2.1-3]");
        }
        return packetId;
    }

    /** As many bytes as the two before them say. */
    byte[] binary() {
        return bytes(twoBytes());
    }

    /** All that is left. */
    byte[] rest() {
        return bytes(end - at);
    }

    byte[] bytes(int length) {
        need(length);
        if (length == 0) {
            return NO_BYTES;
        }
        byte[] bytes = new byte[length];
        in.getBytes(at, bytes);
        at += length;
        return bytes;
    }

    /** MQTT 5 has a word of its own for one that is not taken (section 3.1.3.1). */
    String clientId(int level) {
        return string(
                "the client id", 0, level == 5 ? ReasonCode.CLIENT_IDENTIFIER_NOT_VALID : ReasonCode.MALFORMED_PACKET);
    }

    String name(String what) {
        return string(what, 0, ReasonCode.MALFORMED_PACKET);
    }

    /** A topic name: without wildcards (MQTT-3.3.2-2, MQTT-4.7.1-1); possibly empty. */
    String topicName() {
        return string("the topic name", Utf8.WILDCARD, ReasonCode.MALFORMED_PACKET);
    }

    /** A topic filter, at least one character long (MQTT-4.7.3-1). */
    String topicFilter() {
        String filter = name("a topic filter");
        if (filter.isEmpty()) {
            throw MalformedPacket.malformed("a topic filter is empty [MQTT-4.7.3-1]");
        }
        return filter;
    }

    private String string(String what, int alsoRefused, ReasonCode ifControl) {
        int length = twoBytes();
        need(length);
        byte[] scratch = SCRATCH.get();
        in.getBytes(at, scratch, 0, length);
        at += length;
        int found = Utf8.scan(scratch, 0, length);
        if ((found & ~Utf8.WILDCARD) == 0 && (found & alsoRefused) == 0) {
            return new String(scratch, 0, length, StandardCharsets.ISO_8859_1); // All ASCII: a plain copy.
        }
        refuse(found, alsoRefused, what);
        if (!controlAllowed && (found & Utf8.CONTROL) != 0) {
            throw new MalformedPacket(ifControl, what + " contains a control character or a non-character");
        }
        return new String(scratch, 0, length, StandardCharsets.UTF_8);
    }

    /** What every UTF-8 string must be free of, and what this one must be. */
    static void refuse(int found, int alsoRefused, String what) {
        if ((found & Utf8.ILL_FORMED) != 0) {
            throw MalformedPacket.malformed(what + " is not well-formed UTF-8 [MQTT-1.5.4-1]");
        }
        if ((found & Utf8.NUL) != 0) {
            throw MalformedPacket.malformed(what + " contains U+0000 [MQTT-1.5.4-2]");
        }
        if ((found & alsoRefused & Utf8.WILDCARD) != 0) {
            throw MalformedPacket.malformed(what + " contains a wildcard [MQTT-4.7.1-1]");
        }
    }

    /** The property length and the properties behind it, checked. */
    Properties properties(PropertyRules rules) {
        int length = propertyLength();
        if (length > end - at) {
            throw MalformedPacket.malformed("the property length goes beyond the end of the packet");
        }
        if (length == 0) {
            return rules.none();
        }
        byte[] wire = bytes(length);
        rules.check(wire);
        return new Properties(wire);
    }

    private int propertyLength() {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int one = oneByte();
            value |= (one & 0x7F) << shift;
            if (one < 0x80) {
                if (one == 0 && shift > 0) {
                    throw MalformedPacket.malformed("the property length has more bytes than it needs [MQTT-1.5.5-1]");
                }
                return value;
            }
        }
        throw MalformedPacket.malformed("the property length has more than four bytes");
    }

    private void need(int count) {
        if (count > end - at) {
            throw MalformedPacket.malformed("the packet ends within a field");
        }
    }
}
