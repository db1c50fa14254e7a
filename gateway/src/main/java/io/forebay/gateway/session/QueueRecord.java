package io.forebay.gateway.session;

/**
 * What is remembered of a queue beside its messages. Stored as: first, next, sentUpTo (i64 each), counted (u8), count
 * (u32), bytes (i64).
 *
 * @param first no message stands before it
 * @param next the sequence that the next message gets
 * @param sentUpTo messages before it may have been sent
 * @param counted whether count and bytes are known; true only after an orderly end
 */
record QueueRecord(long first, long next, long sentUpTo, boolean counted, int count, long bytes) {
    void write(EntryWriter writer) {
        writer.i64(first).i64(next).i64(sentUpTo).u8(counted ? 1 : 0).u32(count).i64(bytes);
    }

    static QueueRecord read(EntryReader reader) {
        return new QueueRecord(
                reader.i64(), reader.i64(), reader.i64(), reader.u8() == 1, (int) reader.u32(), reader.i64());
    }
}
