package io.forebay.bridge.downlink;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/**
 * Owned by the downlink's thread: how often a message like this one was rejected lately, for brokers that deliver again what
 * was rejected and do not count it in the header.
 *
 * <p>A message is known by the checksum of what the sender has made of it, in a table of fixed size. Two that share a slot
 * are one to it: an innocent one may be rejected later than need be, but nothing makes a broker's loop faster.
 */
final class Repeats {
    /** More than an address may have unsettled, by far. */
    private static final int SLOTS = 4_096;

    /** Longer than any message is held back, so that one that comes for ever is never a new one. */
    static final long FORGOTTEN_AFTER_MS = TimeUnit.MINUTES.toMillis(1);

    private final LongSupplier nowMs;
    private final int[] times = new int[SLOTS];
    private final long[] lastAtMs = new long[SLOTS];

    Repeats(LongSupplier nowMs) {
        this.nowMs = nowMs;
    }

    /**
     * Notes that a message is rejected.
     *
     * @param bytes of the message, or what there is of it; they are not consumed
     * @return how often that happened before
     */
    int count(String address, ByteBuffer bytes) {
        int slot = slot(address, bytes);
        long now = nowMs.getAsLong();
        if (now - lastAtMs[slot] > FORGOTTEN_AFTER_MS) {
            times[slot] = 0;
        }
        lastAtMs[slot] = now;
        int before = times[slot];
        times[slot] = before == Integer.MAX_VALUE ? before : before + 1;
        return before;
    }

    private static int slot(String address, ByteBuffer bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes.duplicate());
        return Math.floorMod((int) sum.getValue() + 31 * address.hashCode(), SLOTS);
    }
}
