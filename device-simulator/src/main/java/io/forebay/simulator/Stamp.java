package io.forebay.simulator;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What a payload says of itself: {@code magic:4 run:8 device:4 topic:4 sequence:8 sentAtUs:8 crc32c:4 padding}, big endian;
 * the checksum covers all the rest. The same stamp always makes the same bytes, so a resend is byte for byte the message
 * that was sent first.
 *
 * @param runId which run; everything else on the address is none of our business
 * @param device number of the device
 * @param topic number of the topic within the device
 * @param sequence number of the message within its lane, from 0
 * @param sentAtUs when it was published first, microseconds since 1970
 */
record Stamp(long runId, int device, int topic, long sequence, long sentAtUs) {
    static final int BYTES = 40;

    private static final int MAGIC = 0x46625331;
    private static final int CRC_AT = 36;
    // Every byte value turns up in the padding, beginning elsewhere in each message.
    private static final byte[] PADDING = padding();

    private static byte[] padding() {
        byte[] bytes = new byte[FleetLoad.PAYLOAD_BYTES_MAX + 256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    byte[] toPayload(int size) {
        byte[] payload = new byte[size];
        ByteBuffer out = ByteBuffer.wrap(payload);
        out.putInt(MAGIC)
                .putLong(runId)
                .putInt(device)
                .putInt(topic)
                .putLong(sequence)
                .putLong(sentAtUs);
        System.arraycopy(PADDING, (int) (sequence & 0xFF), payload, BYTES, size - BYTES);
        out.putInt(CRC_AT, checksum(payload, 0, size));
        return payload;
    }

    /** The stamp in a payload, or null if there is none; whether it can be trusted is for {@link #intact} to say. */
    static Stamp read(byte[] bytes, int offset, int length) {
        if (length < BYTES) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
        if (in.getInt() != MAGIC) {
            return null;
        }
        return new Stamp(in.getLong(), in.getInt(), in.getInt(), in.getLong(), in.getLong());
    }

    static boolean intact(byte[] bytes, int offset, int length) {
        return ByteBuffer.wrap(bytes).getInt(offset + CRC_AT) == checksum(bytes, offset, length);
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, CRC_AT);
        crc.update(bytes, offset + BYTES, length - BYTES);
        return (int) crc.getValue();
    }
}
