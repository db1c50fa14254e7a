package io.forebay.gateway.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link EntryWriter} wrote. Used by one thread for one entry. */
final class EntryReader {
    private final ByteBuffer bytes;

    /** @param version the only one that is known; another is refused, it is of a later gateway */
    EntryReader(byte[] entry, int version) {
        bytes = ByteBuffer.wrap(entry);
        int found = u8();
        if (found != version) {
            throw new IllegalStateException("A stored entry has version " + found + ", known is " + version);
        }
    }

    int u8() {
        return bytes.get() & 0xFF;
    }

    int u16() {
        return bytes.getShort() & 0xFFFF;
    }

    long u32() {
        return bytes.getInt() & 0xFFFF_FFFFL;
    }

    long i64() {
        return bytes.getLong();
    }

    byte[] block(int length) {
        byte[] block = new byte[length];
        bytes.get(block);
        return block;
    }

    byte[] rest() {
        return block(bytes.remaining());
    }

    String text() {
        return new String(block(u16()), StandardCharsets.UTF_8);
    }
}
