package io.forebay.gateway.mqtt.codec;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The properties of one packet, kept in their wire format without the length prefix: order and duplicates are never lost,
 * and what is only passed on is never taken apart. Immutable; the array is not copied, nobody changes it. Expects valid
 * bytes: the decoder has checked them.
 */
public final class Properties {
    public static final Properties NONE = new Properties(new byte[0]);

    private final byte[] wire;

    public Properties(byte[] wire) {
        this.wire = wire;
    }

    /** The bytes; not to be changed. */
    public byte[] wire() {
        return wire;
    }

    public boolean isEmpty() {
        return wire.length == 0;
    }

    /** The value of a BYTE, TWO_BYTES, FOUR_BYTES (unsigned) or VARIABLE property, or {@code otherwise}. */
    public long number(Property property, long otherwise) {
        int at = find(property);
        return at < 0 ? otherwise : PropertyWire.number(wire, at + 1, property.type());
    }

    public boolean has(Property property) {
        return find(property) >= 0;
    }

    /** The value of a STRING property, or null. */
    public String text(Property property) {
        int at = find(property);
        return at < 0 ? null : new String(wire, at + 3, PropertyWire.twoBytes(wire, at + 1), StandardCharsets.UTF_8);
    }

    /** The value of a BINARY property, or null. */
    public byte[] binary(Property property) {
        int at = find(property);
        return at < 0 ? null : Arrays.copyOfRange(wire, at + 3, at + 3 + PropertyWire.twoBytes(wire, at + 1));
    }

    /** The same without any occurrence of these; itself if there is none. */
    public Properties without(Property... properties) {
        List<Property> unwanted = List.of(properties);
        byte[] kept = new byte[wire.length];
        int length = 0;
        for (int at = 0; at < wire.length; ) {
            Property property = Property.of(wire[at]);
            int next = PropertyWire.end(wire, at + 1, property.type());
            if (!unwanted.contains(property)) {
                System.arraycopy(wire, at, kept, length, next - at);
                length += next - at;
            }
            at = next;
        }
        return length == wire.length ? this : length == 0 ? NONE : new Properties(Arrays.copyOf(kept, length));
    }

    /** The same with another value of a FOUR_BYTES property, in its place; itself if there is none. */
    public Properties with(Property property, long value) {
        int at = find(property);
        if (at < 0) {
            return this;
        }
        byte[] changed = wire.clone();
        ByteBuffer.wrap(changed).putInt(at + 1, (int) value);
        return new Properties(changed);
    }

    /** Where its first occurrence begins, or -1. */
    private int find(Property wanted) {
        for (int at = 0; at < wire.length; ) {
            Property property = Property.of(wire[at]);
            if (property == wanted) {
                return at;
            }
            at = PropertyWire.end(wire, at + 1, property.type());
        }
        return -1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Properties properties && Arrays.equals(wire, properties.wire);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(wire);
    }

    /** Which properties there are, never their values. */
    @Override
    public String toString() {
        StringBuilder names = new StringBuilder("[");
        for (int at = 0; at < wire.length; ) {
            Property property = Property.of(wire[at]);
            names.append(at == 0 ? "" : ", ").append(property);
            at = PropertyWire.end(wire, at + 1, property.type());
        }
        return names.append(']').toString();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Makes properties; one thread. Values that their type cannot hold are an IllegalArgumentException. */
    public static final class Builder {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        private Builder() {}

        /** A BYTE, TWO_BYTES, FOUR_BYTES or VARIABLE property. */
        @CanIgnoreReturnValue
        public Builder number(Property property, long value) {
            PropertyWire.writeNumber(out, property, value);
            return this;
        }

        @CanIgnoreReturnValue
        public Builder text(Property property, String value) {
            expect(property, Property.Type.STRING);
            byte[] bytes = fitting(value);
            out.write(property.id());
            PropertyWire.writeBytes(out, bytes);
            return this;
        }

        @CanIgnoreReturnValue
        public Builder binary(Property property, byte[] value) {
            expect(property, Property.Type.BINARY);
            byte[] bytes = fitting(value);
            out.write(property.id());
            PropertyWire.writeBytes(out, bytes);
            return this;
        }

        @CanIgnoreReturnValue
        public Builder userProperty(String name, String value) {
            byte[] nameBytes = fitting(name);
            byte[] valueBytes = fitting(value);
            out.write(Property.USER_PROPERTY.id());
            PropertyWire.writeBytes(out, nameBytes);
            PropertyWire.writeBytes(out, valueBytes);
            return this;
        }

        /** Properties that exist already, in wire format. */
        @CanIgnoreReturnValue
        public Builder all(Properties properties) {
            out.writeBytes(properties.wire);
            return this;
        }

        public Properties build() {
            return out.size() == 0 ? NONE : new Properties(out.toByteArray());
        }

        private static byte[] fitting(String value) {
            return fitting(value.getBytes(StandardCharsets.UTF_8));
        }

        private static byte[] fitting(byte[] value) {
            if (value.length > Cursor.STRING_BYTES_MAX) {
                throw new IllegalArgumentException(value.length + " bytes are too long for a property");
            }
            return value;
        }

        private static void expect(Property property, Property.Type type) {
            if (property.type() != type) {
                throw new IllegalArgumentException(property + " is not of type " + type);
            }
        }
    }
}
