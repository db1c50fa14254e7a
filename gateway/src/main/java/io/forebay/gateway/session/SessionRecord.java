package io.forebay.gateway.session;

/**
 * What is stored of a session beside its subscriptions and its queue. Version 1: version (u8), flags (u8: 1
 * connected, 2 a user name follows the window), number (i64), expiry (u32), disconnectedAt (i64), window (u16), the user name if
 * there is one, {@link QueueRecord}.
 *
 * @param number names it in other tables, never used again
 * @param connected whether it had a connection when this was written
 * @param disconnectedAtMs when it lost its connection, if it is not connected
 * @param window how many messages may have been on their way
 * @param user whose it is, where that is counted; else empty
 */
record SessionRecord(
        long number,
        boolean connected,
        long expirySeconds,
        long disconnectedAtMs,
        int window,
        String user,
        QueueRecord queue) {
    private static final int VERSION = 1;
    private static final int CONNECTED = 1;
    private static final int USER = 2;

    byte[] write() {
        EntryWriter writer = new EntryWriter(64)
                .u8(VERSION)
                .u8((connected ? CONNECTED : 0) | (user.isEmpty() ? 0 : USER))
                .i64(number)
                .u32(expirySeconds)
                .i64(disconnectedAtMs)
                .u16(window);
        if (!user.isEmpty()) {
            writer.text(user);
        }
        queue.write(writer);
        return writer.done();
    }

    static SessionRecord read(byte[] entry) {
        EntryReader reader = new EntryReader(entry, VERSION);
        int flags = reader.u8();
        return new SessionRecord(
                reader.i64(),
                (flags & CONNECTED) != 0,
                reader.u32(),
                reader.i64(),
                reader.u16(),
                (flags & USER) != 0 ? reader.text() : "",
                QueueRecord.read(reader));
    }
}
