package io.forebay.bridge.downlink;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the properties of a PUBLISH in MQTT 5 wire format without their length (MQTT-3.3.2.3). What does not fit into MQTT's
 * 65 535 bytes is left out. Used by one thread.
 */
final class WireProperties {
    private static final int LENGTH_MAX = 0xffff;

    private final ByteArrayOutputStream wire = new ByteArrayOutputStream(64);
    private int leftOut;

    void payloadIsText() {
        wire.write(0x01);
        wire.write(1);
    }

    void expirySeconds(long seconds) {
        wire.write(0x02);
        for (int shift = 24; shift >= 0; shift -= 8) {
            wire.write((int) (seconds >>> shift));
        }
    }

    void contentType(String type) {
        text(0x03, type);
    }

    void responseTopic(String topic) {
        text(0x08, topic);
    }

    void correlationData(byte[] data) {
        if (data.length > LENGTH_MAX) {
            leftOut++;
            return;
        }
        wire.write(0x09);
        field(data);
    }

    void user(String name, String value) {
        byte[] nameBytes = utf8(name);
        byte[] valueBytes = utf8(value);
        if (nameBytes.length > LENGTH_MAX || valueBytes.length > LENGTH_MAX) {
            leftOut++;
            return;
        }
        wire.write(0x26);
        field(nameBytes);
        field(valueBytes);
    }

    private void text(int identifier, String value) {
        byte[] bytes = utf8(value);
        if (bytes.length > LENGTH_MAX) {
            leftOut++;
            return;
        }
        wire.write(identifier);
        field(bytes);
    }

    /** U+0000 must not be in any string (MQTT-1.5.4-2). */
    private static byte[] utf8(String value) {
        return value.replace('\0', '\ufffd').getBytes(StandardCharsets.UTF_8);
    }

    private void field(byte[] bytes) {
        wire.write(bytes.length >>> 8);
        wire.write(bytes.length);
        wire.writeBytes(bytes);
    }

    /** How many properties were left out. */
    int leftOut() {
        return leftOut;
    }

    byte[] toArray() {
        return wire.toByteArray();
    }
}
