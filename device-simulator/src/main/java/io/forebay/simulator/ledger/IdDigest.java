package io.forebay.simulator.ledger;

/** Puts a message-id into 64 bits, of which none are wasted, so that two ids that differ never look the same by accident. */
final class IdDigest {
    static final long NO_ID = 0;

    private static final long OFFSET = 0xCBF29CE484222325L;
    private static final long PRIME = 0x100000001B3L;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private IdDigest() {}

    static long of(Object messageId) {
        if (messageId == null) {
            return NO_ID;
        }
        String text = messageId.toString();
        long hash = OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        hash = (hash ^ (hash >>> 32)) * MIX;
        hash ^= hash >>> 29;
        return Lane.comparable(hash) == NO_ID ? 1 : hash;
    }
}
