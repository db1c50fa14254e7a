package io.forebay.storage.chronicle;

import java.util.zip.CRC32C;

/** CRC32C of a range of bytes. No state. */
final class Crc {
    private Crc() {}

    static int of(byte[] bytes, int offset, int length) {
        // The JIT scalarises it: no garbage on the hot path.
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
