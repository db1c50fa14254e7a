package io.forebay.gateway.session;

import java.util.function.LongFunction;

/**
 * An entry of a queue. Version 1: version (u8), flags (u8: QoS in bits 0-1, 4 RETAIN, 8 received, 16 taken from a shared
 * group, 32 has subscription identifiers); number of the group (i64, if taken from one); count (u16) and each identifier
 * (u32), if there are any; then the {@link Content}, or of a received one only how many bytes it counts (u32). No state.
 */
final class QueueCodec {
    private static final int VERSION = 1;
    private static final int QOS = 3;
    private static final int RETAIN = 4;
    private static final int RECEIVED = 8;
    private static final int SHARED = 16;
    private static final int IDENTIFIED = 32;

    private QueueCodec() {}

    static byte[] write(QueuedMessage message) {
        int[] ids = message.subscriptionIds();
        int flags = message.qos()
                | (message.retain() ? RETAIN : 0)
                | (message.received() ? RECEIVED : 0)
                | (message.group() != null ? SHARED : 0)
                | (ids.length > 0 ? IDENTIFIED : 0);
        EntryWriter writer = new EntryWriter(message.received() ? 32 : message.bytes() + 4 * ids.length);
        writer.u8(VERSION).u8(flags);
        if (message.group() != null) {
            writer.i64(message.group().number());
        }
        if (ids.length > 0) {
            writer.u16(ids.length);
            for (int id : ids) {
                writer.u32(id);
            }
        }
        if (message.received()) {
            writer.u32(message.bytes());
        } else {
            message.content().write(writer);
        }
        return writer.done();
    }

    /** @param groups finds a group by its number, null if it has ended */
    static QueuedMessage read(byte[] entry, LongFunction<SharedGroup> groups) {
        EntryReader reader = new EntryReader(entry, VERSION);
        int flags = reader.u8();
        SharedGroup group = (flags & SHARED) == 0 ? null : groups.apply(reader.i64());
        int[] ids = (flags & IDENTIFIED) == 0 ? QueuedMessage.NO_IDS : new int[reader.u16()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (int) reader.u32();
        }
        QueuedMessage message = (flags & RECEIVED) != 0
                ? QueuedMessage.receivedBefore((int) reader.u32())
                : new QueuedMessage(Content.read(reader), flags & QOS, (flags & RETAIN) != 0, ids);
        message.takenFrom(group);
        return message;
    }
}
