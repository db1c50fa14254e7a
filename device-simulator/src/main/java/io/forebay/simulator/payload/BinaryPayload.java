package io.forebay.simulator.payload;

import io.forebay.simulator.ledger.Stamp;

/** Bytes of one size, or of a size that depends on the message, seemingly at random. Immutable. */
record BinaryPayload(int bytesMin, int bytesMax, long seed) implements PayloadMaker {
    @Override
    public byte[] make(Stamp stamp) {
        if (bytesMin == bytesMax) {
            return stamp.toPayload(bytesMin);
        }
        long mixed = (seed ^ stamp.sequence() ^ ((long) stamp.topic() << 48)) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 31)) * 0xBF58476D1CE4E5B9L;
        return stamp.toPayload(bytesMin + (int) ((mixed >>> 33) % (bytesMax - bytesMin + 1)));
    }

    @Override
    public boolean repeatable() {
        return true;
    }
}
