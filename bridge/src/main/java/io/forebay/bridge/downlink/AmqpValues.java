package io.forebay.bridge.downlink;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Reads AMQP values (AMQP 1.0, part 1) from bytes of any origin into plain Java ones. Written by hand because proton's
 * decoder takes the sender's word for how many elements there are and how deep they nest; here memory and depth are
 * bounded by the bytes that are really there. Used by one thread, for one message.
 *
 * <p>Integers are {@link Long}, ulong is {@link BigInteger}; float and double are themselves; char, string and symbol are
 * {@link String}; timestamp is {@link Instant}; binary is {@code byte[]}; list and array are {@link List}; map is {@link
 * Map} in order; a decimal is a string of its bits, since Java has no such type; a described value is {@link Described}.
 */
final class AmqpValues {
    /** A value with a descriptor that means something to somebody else. */
    record Described(Object descriptor, Object value) {}

    /** Deeper than anything that is meant, and far from the end of the stack. */
    private static final int DEPTH_MAX = 64;

    private static final String MALFORMED = "The message is not AMQP 1.0: ";

    private final ByteBuffer bytes;
    /** How many more values there may be: those without a byte of their own must not be without number. */
    private long valuesLeft;

    AmqpValues(ByteBuffer bytes) {
        this.bytes = bytes;
        this.valuesLeft = bytes.remaining() + 1024L;
    }

    static Refused malformed(String what) {
        return new Refused(Refused.DECODE_ERROR, MALFORMED + what);
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    Object read() throws Refused {
        return value(0, bytes.limit());
    }

    private Object value(int depth, int end) throws Refused {
        if (depth > DEPTH_MAX) {
            throw malformed("it nests deeper than " + DEPTH_MAX + " levels");
        }
        int code = u8(end);
        if (code != 0) {
            return primitive(code, depth, end);
        }
        Object descriptor = value(depth + 1, end);
        return new Described(descriptor, value(depth + 1, end));
    }

    private Object primitive(int code, int depth, int end) throws Refused {
        valuesLeft--;
        if (valuesLeft < 0) {
            throw malformed("it holds more values than bytes");
        }
        return switch (code >>> 4) {
            case 0x4 -> constant(code);
            case 0x5, 0x6, 0x7, 0x8, 0x9 -> fixed(code, end);
            case 0xa, 0xb -> variable(code, end);
            case 0xc, 0xd -> compound(code, depth, end);
            case 0xe, 0xf -> array(code, depth, end);
            default -> throw unknown(code);
        };
    }

    private static Refused unknown(int code) {
        return malformed("there is no type 0x" + HexFormat.of().toHexDigits((byte) code));
    }

    private static Object constant(int code) throws Refused {
        return switch (code) {
            case 0x40 -> null;
            case 0x41 -> true;
            case 0x42 -> false;
            case 0x43 -> 0L;
            case 0x44 -> BigInteger.ZERO;
            case 0x45 -> List.of();
            default -> throw unknown(code);
        };
    }

    private Object fixed(int code, int end) throws Refused {
        need(width(code), end);
        return switch (code) {
            case 0x50, 0x52 -> (long) (bytes.get() & 0xff);
            case 0x51, 0x54, 0x55 -> (long) bytes.get();
            case 0x53 -> BigInteger.valueOf(bytes.get() & 0xff);
            case 0x56 -> bytes.get() != 0;
            case 0x60 -> (long) (bytes.getShort() & 0xffff);
            case 0x61 -> (long) bytes.getShort();
            case 0x70 -> bytes.getInt() & 0xffff_ffffL;
            case 0x71 -> (long) bytes.getInt();
            case 0x72 -> bytes.getFloat();
            case 0x73 -> character(bytes.getInt());
            case 0x80 -> new BigInteger(1, raw(8));
            case 0x81 -> bytes.getLong();
            case 0x82 -> bytes.getDouble();
            case 0x83 -> Instant.ofEpochMilli(bytes.getLong());
            case 0x74 -> decimal(4);
            case 0x84 -> decimal(8);
            case 0x94 -> decimal(16);
            case 0x98 -> new UUID(bytes.getLong(), bytes.getLong());
            default -> throw unknown(code);
        };
    }

    private static int width(int code) {
        return 1 << ((code >>> 4) - 5);
    }

    private static String character(int codePoint) {
        boolean none = !Character.isValidCodePoint(codePoint)
                || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
        return none ? "\ufffd" : Character.toString(codePoint);
    }

    private String decimal(int width) {
        return "decimal" + 8 * width + ":" + HexFormat.of().formatHex(raw(width));
    }

    private Object variable(int code, int end) throws Refused {
        int length = code < 0xb0 ? u8(end) : length32(end);
        need(length, end);
        return switch (code & 0xf) {
            case 0x0 -> raw(length);
            case 0x1, 0x3 -> new String(raw(length), StandardCharsets.UTF_8);
            default -> throw unknown(code);
        };
    }

    private Object compound(int code, int depth, int end) throws Refused {
        boolean wide = code >= 0xd0;
        int size = wide ? length32(end) : u8(end);
        need(size, end);
        int ownEnd = bytes.position() + size;
        int count = wide ? length32(ownEnd) : u8(ownEnd);
        Object compound =
                switch (code & 0xf) {
                    case 0x0 -> list(count, depth, ownEnd);
                    case 0x1 -> map(count, depth, ownEnd);
                    default -> throw unknown(code);
                };
        ends(ownEnd);
        return compound;
    }

    private List<Object> list(int count, int depth, int end) throws Refused {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(value(depth + 1, end));
        }
        return list;
    }

    private Map<Object, Object> map(int count, int depth, int end) throws Refused {
        if (count % 2 != 0) {
            throw malformed("a map has a key without a value");
        }
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < count; i += 2) {
            Object key = value(depth + 1, end);
            // As text such a key would double with each level of nesting.
            if (key instanceof List || key instanceof Map || key instanceof Described) {
                throw malformed("the key of a map is a list, a map or described");
            }
            map.put(key, value(depth + 1, end));
        }
        return map;
    }

    private Object array(int code, int depth, int end) throws Refused {
        if ((code & 0xf) != 0) {
            throw unknown(code);
        }
        int size = code == 0xf0 ? length32(end) : u8(end);
        need(size, end);
        int ownEnd = bytes.position() + size;
        int count = code == 0xf0 ? length32(ownEnd) : u8(ownEnd);
        if (depth >= DEPTH_MAX) {
            throw malformed("it nests deeper than " + DEPTH_MAX + " levels");
        }
        List<Object> list = new ArrayList<>();
        List<Object> descriptors = new ArrayList<>();
        int elements = u8(ownEnd);
        while (elements == 0 && descriptors.size() < DEPTH_MAX) {
            descriptors.add(value(depth + 1, ownEnd));
            elements = u8(ownEnd);
        }
        for (int i = 0; i < count; i++) {
            list.add(described(descriptors, primitive(elements, depth + 1, ownEnd)));
        }
        ends(ownEnd);
        return list;
    }

    private static Object described(List<Object> descriptors, Object value) {
        Object described = value;
        for (int i = descriptors.size() - 1; i >= 0; i--) {
            described = new Described(descriptors.get(i), described);
        }
        return described;
    }

    private void ends(int end) throws Refused {
        if (bytes.position() != end) {
            throw malformed("a list, map or array is not as long as it says");
        }
    }

    private void need(int count, int end) throws Refused {
        if (count > end - bytes.position()) {
            throw malformed("it ends within a value");
        }
    }

    private int u8(int end) throws Refused {
        need(1, end);
        return bytes.get() & 0xff;
    }

    private int length32(int end) throws Refused {
        need(4, end);
        int length = bytes.getInt();
        if (length < 0) {
            throw malformed("it ends within a value");
        }
        return length;
    }

    private byte[] raw(int length) {
        byte[] raw = new byte[length];
        bytes.get(raw);
        return raw;
    }
}
