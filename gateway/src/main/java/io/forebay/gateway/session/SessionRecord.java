package io.forebay.gateway.session;

/**
 * What is stored of a session beside its subscriptions and its queue. Version 1: version (u8), connected (u8), number (i64),
 * expiry (u32), disconnectedAt (i64), window (u16), {@link QueueRecord}.
 *
 * @param number names it in other tables, never used again
 * @param connected whether it had a connection when this was written
 * @param disconnectedAtMs when it lost its connection, if it is not connected
 * @param window how many messages may have been on their way
 */
record SessionRecord(
        long number, boolean connected, long expirySeconds, long disconnectedAtMs, int window, QueueRecord queue) {
    private static final int VERSION = 1;

    byte[] write() {
        EntryWriter writer = new EntryWriter(64)
                .u8(VERSION)
                .u8(connected ? 1 : 0)
                .i64(number)
                .u32(expirySeconds)
                .i64(disconnectedAtMs)
                .u16(window);
        queue.write(writer);
        return writer.done();
    }

    static SessionRecord read(byte[] entry) {
        EntryReader reader = new EntryReader(entry, VERSION);
        boolean connected = reader.u8() == 1;
        return new SessionRecord(
                reader.i64(), connected, reader.u32(), reader.i64(), reader.u16(), QueueRecord.read(reader));
    }
}
