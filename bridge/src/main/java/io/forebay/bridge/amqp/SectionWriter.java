package io.forebay.bridge.amqp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * Owned by the bridge's thread: writes the sections of an AMQP message into a buffer that is used again and again (AMQP
 * 1.0, part 1, 1.6 and part 3, 3.2). Written by hand because proton's encoder looks up each value's type, which makes it
 * several times dearer, and this is done for every message.
 */
final class SectionWriter {
    static final byte HEADER = 0x70;
    static final byte MESSAGE_ANNOTATIONS = 0x72;
    static final byte PROPERTIES = 0x73;
    static final byte APPLICATION_PROPERTIES = 0x74;
    static final byte DATA = 0x75;

    private static final int KEPT_BYTES_MAX = 256 << 10;

    private byte[] buffer = new byte[1024];
    private int size;

    void clear() {
        if (buffer.length > KEPT_BYTES_MAX) {
            buffer = new byte[1024]; // One message with huge properties must not cost memory for ever.
        }
        size = 0;
    }

    /** What was written, with room for {@code more} bytes at the end. */
    byte[] toArray(int more) {
        return Arrays.copyOf(buffer, size + more);
    }

    int size() {
        return size;
    }

    private void ensure(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, more)));
        }
    }

    private void put(int value) {
        buffer[size++] = (byte) value;
    }

    private void putInt(int at, int value) {
        buffer[at] = (byte) (value >>> 24);
        buffer[at + 1] = (byte) (value >>> 16);
        buffer[at + 2] = (byte) (value >>> 8);
        buffer[at + 3] = (byte) value;
    }

    /** Begins a section that is a list (list32). @return what {@link #end} needs */
    int beginList(byte section) {
        return begin(section, 0xd0);
    }

    /** Begins a section that is a map (map32). @return what {@link #end} needs */
    int beginMap(byte section) {
        return begin(section, 0xd1);
    }

    private int begin(byte section, int constructor) {
        ensure(12);
        put(0x00);
        put(0x53);
        put(section);
        put(constructor);
        size += 8;
        return size - 8;
    }

    void end(int mark, int count) {
        putInt(mark, size - mark - 4);
        putInt(mark + 4, count);
    }

    /** Takes a section back that was begun. */
    void cut(int mark) {
        size = mark - 4;
    }

    /** The constructor of a data section whose {@code length} bytes the caller appends. */
    void dataOf(int length) {
        ensure(8);
        put(0x00);
        put(0x53);
        put(DATA);
        if (length <= 0xff) {
            put(0xa0);
            put(length);
        } else {
            put(0xb0);
            putInt(size, length);
            size += 4;
        }
    }

    void raw(byte[] bytes) {
        ensure(bytes.length);
        System.arraycopy(bytes, 0, buffer, size, bytes.length);
        size += bytes.length;
    }

    void nothing() {
        ensure(1);
        put(0x40);
    }

    void bool(boolean value) {
        ensure(1);
        put(value ? 0x41 : 0x42);
    }

    void ubyte(int value) {
        ensure(2);
        put(0x50);
        put(value);
    }

    void smallInt(int value) {
        ensure(2);
        put(0x54);
        put(value);
    }

    void uint(long value) {
        ensure(5);
        put(0x70);
        putInt(size, (int) value);
        size += 4;
    }

    void timestamp(long ms) {
        eight(0x83, ms);
    }

    void longInt(long value) {
        eight(0x81, value);
    }

    void ulong(long value) {
        eight(0x80, value);
    }

    void uuid(UUID value) {
        eight(0x98, value.getMostSignificantBits());
        ensure(8);
        putInt(size, (int) (value.getLeastSignificantBits() >>> 32));
        putInt(size + 4, (int) value.getLeastSignificantBits());
        size += 8;
    }

    private void eight(int constructor, long value) {
        ensure(9);
        put(constructor);
        putInt(size, (int) (value >>> 32));
        putInt(size + 4, (int) value);
        size += 8;
    }

    void string(String value) {
        variable(value.getBytes(StandardCharsets.UTF_8), 0xa1);
    }

    void symbol(String ascii) {
        variable(ascii.getBytes(StandardCharsets.US_ASCII), 0xa3);
    }

    void binary(byte[] value) {
        variable(value, 0xa0);
    }

    private void variable(byte[] bytes, int constructor8) {
        ensure(5 + bytes.length);
        if (bytes.length <= 0xff) {
            put(constructor8);
            put(bytes.length);
        } else {
            put(constructor8 + 0x10);
            putInt(size, bytes.length);
            size += 4;
        }
        System.arraycopy(bytes, 0, buffer, size, bytes.length);
        size += bytes.length;
    }
}
