package io.forebay.gateway.session;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes one stored entry, big endian. Used by one thread for one entry. */
final class EntryWriter {
    private ByteBuffer bytes;

    /** @param size roughly how long it will be */
    EntryWriter(int size) {
        bytes = ByteBuffer.allocate(size);
    }

    private ByteBuffer room(int more) {
        if (bytes.remaining() < more) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(bytes.capacity() * 2, bytes.position() + more));
            bytes = larger.put(bytes.flip());
        }
        return bytes;
    }

    @CanIgnoreReturnValue
    EntryWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    @CanIgnoreReturnValue
    EntryWriter u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    @CanIgnoreReturnValue
    EntryWriter u32(long value) {
        room(4).putInt((int) value);
        return this;
    }

    @CanIgnoreReturnValue
    EntryWriter i64(long value) {
        room(8).putLong(value);
        return this;
    }

    /** To the end of the entry, or of a length that is known otherwise. */
    @CanIgnoreReturnValue
    EntryWriter rest(byte[] value) {
        room(value.length).put(value);
        return this;
    }

    /** At most 65 535 bytes of UTF-8, as in MQTT. */
    @CanIgnoreReturnValue
    EntryWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return u16(utf8.length).rest(utf8);
    }

    byte[] done() {
        byte[] array = bytes.array();
        return bytes.position() == array.length ? array : Arrays.copyOf(array, bytes.position());
    }
}
