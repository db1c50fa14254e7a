package io.forebay.gateway.conformance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Takes one packet's body apart. */
final class PacketBody {
    private final int header;
    private final int level;
    private final int headerLength;
    private final ByteBuffer rest;
    private boolean present;
    private int id;
    private int reason = -1;
    private String codes = "";
    private String topic;
    private List<String> properties = List.of();
    private String payload;

    PacketBody(int header, byte[] body, int level, int headerLength) {
        this.header = header;
        this.level = level;
        this.headerLength = headerLength;
        rest = ByteBuffer.wrap(body);
    }

    Packet packet() throws IOException {
        int type = header >> 4;
        int flags = header & 15;
        if (type != 3 && flags != (type == 6 ? 2 : 0)) {
            throw new IOException("MQTT-2.1.3-1: reserved flags in " + Integer.toHexString(header));
        }
        int size = rest.limit() + headerLength;
        String hex = HexFormat.of().formatHex(rest.array());
        switch (type) {
            case 2 -> connack();
            case 3 -> publish();
            case 4, 5, 6, 7 -> acknowledgement();
            case 9, 11 -> subscribed(type);
            case 13 -> {}
            case 14, 15 -> ending();
            default -> throw new IOException("a server never sends " + Packet.TYPES.get(type));
        }
        if (rest.hasRemaining()) {
            throw new IOException("bytes behind the end of " + Packet.TYPES.get(type) + ": " + hex);
        }
        return new Packet(header, size, present, id, reason, codes, topic, properties, payload, hex);
    }

    private void connack() throws IOException {
        int flags = rest.get();
        if ((flags & ~1) != 0) {
            throw new IOException("MQTT-3.2.2-1: reserved bits in CONNACK");
        }
        present = flags == 1;
        reason = rest.get() & 0xFF;
        if (present && reason != 0) {
            throw new IOException("MQTT-3.2.2-6: Session Present in a refusal");
        }
        readProperties(true);
    }

    private void publish() throws IOException {
        int qos = header >> 1 & 3;
        if (qos == 3 || (qos == 0 && (header & 8) != 0)) {
            throw new IOException("MQTT-3.3.1-2, -4: flags of PUBLISH " + Integer.toHexString(header));
        }
        topic = string();
        id = qos == 0 ? 0 : packetId();
        readProperties(true);
        byte[] bytes = new byte[rest.remaining()];
        rest.get(bytes);
        payload = new String(bytes, StandardCharsets.UTF_8);
    }

    private void acknowledgement() throws IOException {
        id = packetId();
        reason = 0;
        if (level == 5 && rest.hasRemaining()) {
            reason = rest.get() & 0xFF;
            readProperties(false);
        }
    }

    private void subscribed(int type) throws IOException {
        id = packetId();
        readProperties(true);
        if (level == 5 || type == 9) {
            byte[] bytes = new byte[rest.remaining()];
            rest.get(bytes);
            codes = HexFormat.ofDelimiter(" ").formatHex(bytes);
        }
    }

    private void ending() throws IOException {
        if (level != 5) {
            throw new IOException("DISCONNECT and AUTH are not sent by a 3.1.1 server");
        }
        reason = rest.hasRemaining() ? rest.get() & 0xFF : 0;
        readProperties(false);
    }

    private int packetId() throws IOException {
        int number = rest.getShort() & 0xFFFF;
        if (number == 0) {
            throw new IOException("MQTT-2.2.1-4: packet id 0");
        }
        return number;
    }

    private void readProperties(boolean always) throws IOException {
        if (level != 5 || (!always && !rest.hasRemaining())) {
            return;
        }
        int end = variable() + rest.position();
        List<String> found = new ArrayList<>();
        while (rest.position() < end) {
            int number = variable();
            found.add(number + "=" + value(number));
        }
        properties = List.copyOf(found);
    }

    private String value(int number) throws IOException {
        return switch (number) {
            case 1, 23, 25, 36, 37, 40, 41, 42 -> Integer.toString(rest.get());
            case 19, 33, 34, 35 -> Integer.toString(rest.getShort() & 0xFFFF);
            case 2, 17, 24, 39 -> Long.toString(rest.getInt() & 0xFFFFFFFFL);
            case 11 -> Integer.toString(variable());
            case 9, 22 -> HexFormat.of().formatHex(binary());
            case 38 -> string() + ":" + string();
            case 3, 8, 18, 21, 26, 28, 31 -> string();
            default -> throw new IOException("unknown property " + number);
        };
    }

    private int variable() throws IOException {
        int number = 0;
        int count = 0;
        int digit;
        do {
            digit = rest.get();
            number |= (digit & 0x7F) << (7 * count++);
        } while (digit < 0 && count < 4);
        if (count != Bytes.variable(number).length) {
            throw new IOException("MQTT-1.5.5-1: a variable byte integer longer than needed");
        }
        return number;
    }

    private String string() throws IOException {
        byte[] bytes = binary();
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8))) {
            throw new IOException("MQTT-1.5.4-1: ill-formed UTF-8 from the server");
        }
        return text;
    }

    private byte[] binary() {
        byte[] bytes = new byte[rest.getShort() & 0xFFFF];
        rest.get(bytes);
        return bytes;
    }
}
