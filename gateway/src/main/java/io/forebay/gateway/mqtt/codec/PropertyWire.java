package io.forebay.gateway.mqtt.codec;

import java.io.ByteArrayOutputStream;

/** Values of properties in their wire format (MQTT 5 section 1.5). Reading expects bytes that were checked. */
final class PropertyWire {
    static final int VARIABLE_MAX = 268_435_455;

    private PropertyWire() {}

    static int twoBytes(byte[] wire, int at) {
        return (wire[at] & 0xFF) << 8 | (wire[at + 1] & 0xFF);
    }

    static long number(byte[] wire, int at, Property.Type type) {
        return switch (type) {
            case BYTE -> wire[at] & 0xFF;
            case TWO_BYTES -> twoBytes(wire, at);
            case FOUR_BYTES -> (long) twoBytes(wire, at) << 16 | twoBytes(wire, at + 2);
            case VARIABLE -> variable(wire, at);
            case STRING, BINARY, PAIR -> throw new IllegalArgumentException(type + " is no number");
        };
    }

    private static long variable(byte[] wire, int at) {
        long value = 0;
        int shift = 0;
        int next = at;
        do {
            value |= (wire[next] & 0x7FL) << shift;
            shift += 7;
        } while (wire[next++] < 0);
        return value;
    }

    /** Where the value that begins here ends. */
    static int end(byte[] wire, int at, Property.Type type) {
        return switch (type) {
            case BYTE -> at + 1;
            case TWO_BYTES -> at + 2;
            case FOUR_BYTES -> at + 4;
            case VARIABLE -> variableEnd(wire, at);
            case STRING, BINARY -> at + 2 + twoBytes(wire, at);
            case PAIR -> {
                int second = at + 2 + twoBytes(wire, at);
                yield second + 2 + twoBytes(wire, second);
            }
        };
    }

    private static int variableEnd(byte[] wire, int at) {
        int end = at;
        while (wire[end] < 0) {
            end++;
        }
        return end + 1;
    }

    static void writeNumber(ByteArrayOutputStream out, Property property, long value) {
        Property.Type type = property.type();
        long max =
                switch (type) {
                    case BYTE -> 0xFF;
                    case TWO_BYTES -> 0xFFFF;
                    case FOUR_BYTES -> 0xFFFF_FFFFL;
                    case VARIABLE -> VARIABLE_MAX;
                    case STRING, BINARY, PAIR -> throw new IllegalArgumentException(type + " is no number");
                };
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(value + " is no value of type " + type);
        }
        out.write(property.id());
        if (type == Property.Type.VARIABLE) {
            writeVariable(out, (int) value);
        } else {
            for (int shift = Long.SIZE - Long.numberOfLeadingZeros(max) - 8; shift >= 0; shift -= 8) {
                out.write((int) (value >>> shift));
            }
        }
    }

    private static void writeVariable(ByteArrayOutputStream out, int value) {
        int left = value;
        while (left > 0x7F) {
            out.write((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }

    static void writeBytes(ByteArrayOutputStream out, byte[] value) {
        out.write(value.length >>> 8);
        out.write(value.length);
        out.writeBytes(value);
    }
}
