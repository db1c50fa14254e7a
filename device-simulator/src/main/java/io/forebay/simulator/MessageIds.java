package io.forebay.simulator;

/**
 * The message-ids of recent arrivals, to tell a repeat with the same id from one with another. A fixed number of slots, so
 * that its memory does not depend on the length of the run: a slot that is needed for a later message is overwritten, and
 * the answer for the earlier one is then {@link Match#FORGOTTEN}. Owned by the ledger that holds it.
 */
final class MessageIds {
    enum Match {
        SAME,
        DIFFERENT,
        /** There was no id, or the first arrival is too long ago. */
        FORGOTTEN
    }

    private static final int SEQUENCE_BITS = 43;
    private static final int NO_ID = 0;

    private final long[] keys;
    private final int[] ids;

    MessageIds(int slots) {
        int size = Integer.highestOneBit(Math.max(2, slots) - 1) << 1;
        keys = new long[size];
        ids = new int[size];
    }

    void remember(int lane, long sequence, Object messageId) {
        long key = key(lane, sequence);
        int slot = slot(key);
        keys[slot] = key;
        ids[slot] = digest(messageId);
    }

    Match match(int lane, long sequence, Object messageId) {
        long key = key(lane, sequence);
        int slot = slot(key);
        if (keys[slot] != key || ids[slot] == NO_ID || messageId == null) {
            return Match.FORGOTTEN;
        }
        return ids[slot] == digest(messageId) ? Match.SAME : Match.DIFFERENT;
    }

    private static long key(int lane, long sequence) {
        return (long) lane << SEQUENCE_BITS | (sequence + 1);
    }

    private int slot(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & (keys.length - 1);
    }

    private static int digest(Object messageId) {
        if (messageId == null) {
            return NO_ID;
        }
        int hash = messageId.hashCode() * 0x9E3779B1;
        return hash == NO_ID ? 1 : hash;
    }
}
