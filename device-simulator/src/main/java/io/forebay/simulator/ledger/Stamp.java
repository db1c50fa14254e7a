package io.forebay.simulator.ledger;

import io.forebay.simulator.scenario.PayloadSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * What a payload says of itself: {@code magic:4 run:8 device:4 topic:4 sequence:8 sentAtUs:8 crc32c:4}, big endian. It
 * stands at the beginning of a binary payload; a text has it anywhere, in Base64 behind {@code fb1.}. The checksum covers
 * all the rest of the payload. The same stamp in the same text always makes the same bytes.
 *
 * @param runId which run; everything else is none of our business
 * @param device number of the device
 * @param topic number of the topic within the device
 * @param sequence number of the message within its lane, from 0
 * @param sentAtUs when it was due to be published first, microseconds since 1970
 */
public record Stamp(long runId, int device, int topic, long sequence, long sentAtUs) {
    public static final int BYTES = PayloadSpec.BYTES_MIN;

    private static final int MAGIC = 0x46625331;
    private static final int CRC_AT = 36;
    private static final byte[] MARK = "fb1.".getBytes(StandardCharsets.US_ASCII);
    private static final int TEXT_BYTES = 54;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    // Every byte value turns up in the padding, beginning elsewhere in each message.
    private static final byte[] PADDING = padding();

    /**
     * @param stamp what it says
     * @param intact whether the checksum is right
     */
    public record Reading(Stamp stamp, boolean intact) {}

    private static byte[] padding() {
        byte[] bytes = new byte[PayloadSpec.BYTES_MAX + 256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    /** A binary payload of this size. */
    public byte[] toPayload(int size) {
        byte[] payload = new byte[size];
        write(ByteBuffer.wrap(payload));
        System.arraycopy(PADDING, (int) (sequence & 0xFF), payload, BYTES, size - BYTES);
        ByteBuffer.wrap(payload).putInt(CRC_AT, checksum(payload, 0, size));
        return payload;
    }

    /** A text that has the stamp between these two. */
    public byte[] toText(byte[] before, byte[] after) {
        byte[] stamp = new byte[BYTES];
        ByteBuffer out = ByteBuffer.wrap(stamp);
        write(out);
        out.putInt(CRC_AT, checksum(stamp, before, 0, before.length, after, 0, after.length));
        return ByteBuffer.allocate(before.length + MARK.length + TEXT_BYTES + after.length)
                .put(before)
                .put(MARK)
                .put(ENCODER.encode(stamp))
                .put(after)
                .array();
    }

    private void write(ByteBuffer out) {
        out.putInt(MAGIC)
                .putLong(runId)
                .putInt(device)
                .putInt(topic)
                .putLong(sequence)
                .putLong(sentAtUs);
    }

    /** The stamp in a payload, or null if there is none. */
    public static Reading read(byte[] bytes, int offset, int length) {
        if (length < BYTES) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
        if (in.getInt() == MAGIC) {
            boolean intact = in.getInt(offset + CRC_AT) == checksum(bytes, offset, length);
            return new Reading(fields(in), intact);
        }
        return readText(bytes, offset, length);
    }

    private static Stamp fields(ByteBuffer in) {
        return new Stamp(in.getLong(), in.getInt(), in.getInt(), in.getLong(), in.getLong());
    }

    private static Reading readText(byte[] bytes, int offset, int length) {
        int at = mark(bytes, offset, offset + length - TEXT_BYTES - MARK.length);
        if (at < 0) {
            return null;
        }
        int end = at + MARK.length + TEXT_BYTES;
        byte[] stamp = new byte[TEXT_BYTES];
        System.arraycopy(bytes, at + MARK.length, stamp, 0, TEXT_BYTES);
        try {
            stamp = DECODER.decode(stamp);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(stamp);
        if (in.getInt() != MAGIC) {
            return null;
        }
        int checksum = checksum(stamp, bytes, offset, at - offset, bytes, end, offset + length - end);
        return new Reading(fields(in), in.getInt(CRC_AT) == checksum);
    }

    /** From the back, where we put it. */
    private static int mark(byte[] bytes, int from, int last) {
        for (int at = last; at >= from; at--) {
            if (bytes[at] == MARK[0]
                    && bytes[at + 1] == MARK[1]
                    && bytes[at + 2] == MARK[2]
                    && bytes[at + 3] == MARK[3]) {
                return at;
            }
        }
        return -1;
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, CRC_AT);
        crc.update(bytes, offset + BYTES, length - BYTES);
        return (int) crc.getValue();
    }

    private static int checksum(
            byte[] stamp, byte[] before, int beforeAt, int beforeLength, byte[] after, int afterAt, int afterLength) {
        CRC32C crc = new CRC32C();
        crc.update(stamp, 0, CRC_AT);
        crc.update(before, beforeAt, beforeLength);
        crc.update(after, afterAt, afterLength);
        return (int) crc.getValue();
    }
}
