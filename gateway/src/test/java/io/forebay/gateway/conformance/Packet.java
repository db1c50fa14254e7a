package io.forebay.gateway.conformance;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * One control packet as it came from the server, read strictly: what the standard forbids a server to send fails here.
 *
 * @param reason return or reason code; -1 where a packet has none
 * @param codes of SUBACK and UNSUBACK, in hex
 * @param properties in order, as {@code 38=name:value}
 */
record Packet(
        int header,
        int length,
        boolean sessionPresent,
        int id,
        int reason,
        String codes,
        String topic,
        List<String> properties,
        String payload,
        String hex) {
    static final List<String> TYPES = List.of(
            "RESERVED",
            "CONNECT",
            "CONNACK",
            "PUBLISH",
            "PUBACK",
            "PUBREC",
            "PUBREL",
            "PUBCOMP",
            "SUBSCRIBE",
            "SUBACK",
            "UNSUBSCRIBE",
            "UNSUBACK",
            "PINGREQ",
            "PINGRESP",
            "DISCONNECT",
            "AUTH");

    int type() {
        return header >> 4;
    }

    int qos() {
        return header >> 1 & 3;
    }

    boolean dup() {
        return (header & 8) != 0;
    }

    boolean retain() {
        return (header & 1) != 0;
    }

    /** The value of a property that is there once, else null. */
    String property(int number) {
        List<String> found = properties.stream()
                .filter(property -> property.startsWith(number + "="))
                .toList();
        return found.size() == 1 ? found.get(0).substring(found.get(0).indexOf('=') + 1) : null;
    }

    /** What a test compares: {@code PUBACK 7 0x10}, {@code SUBACK 3 [00 80]}, {@code PUBLISH a/b q1 retain 'x'}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(TYPES.get(type()));
        switch (type()) {
            case 2 -> text.append(hexReason()).append(sessionPresent ? " present" : "");
            case 3 ->
                text.append(' ')
                        .append(topic)
                        .append(" q")
                        .append(qos())
                        .append(retain() ? " retain" : "")
                        .append(dup() ? " dup" : "")
                        .append(" '")
                        .append(payload)
                        .append('\'');
            case 4, 5, 6, 7 -> text.append(' ').append(id).append(reason > 0 ? hexReason() : "");
            case 9, 11 -> text.append(' ').append(id).append(codes.isEmpty() ? "" : " [" + codes + "]");
            case 14, 15 -> text.append(hexReason());
            default -> {}
        }
        return text.toString();
    }

    private String hexReason() {
        return String.format(" 0x%02x", reason);
    }

    /** The next packet, or null at the end of the stream. */
    static Packet read(InputStream in, int level) throws IOException {
        int header = in.read();
        if (header < 0) {
            return null;
        }
        int length = 0;
        int count = 0;
        int digit;
        do {
            digit = in.read();
            if (digit < 0) {
                throw new EOFException("closed within a packet's length");
            }
            length |= (digit & 0x7F) << (7 * count++);
        } while ((digit & 0x80) != 0 && count < 4);
        if (count != Bytes.variable(length).length) {
            throw new IOException("MQTT-1.5.5-1: a remaining length longer than needed");
        }
        byte[] body = in.readNBytes(length);
        if (body.length != length) {
            throw new EOFException("closed within a packet");
        }
        return new PacketBody(header, body, level, count + 1).packet();
    }
}
