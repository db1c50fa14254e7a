package io.forebay.gateway.session;

import io.forebay.storage.Message;
import java.util.HashSet;
import java.util.Set;

/**
 * A will. Version 1: version (u8), state (u8), delay (u32, seconds), due at (i64), client id (u16 length, UTF-8), flags (u8: QoS
 * in bits 0-1, 4 RETAIN, 8 a user name follows, 16 groups follow), the user name if there is one, the groups if there are some
 * (u16 how many, then each), {@link Content}. No state.
 */
final class WillCodec {
    private static final int VERSION = 1;

    private WillCodec() {}

    static byte[] write(Will will) {
        Message message = will.message();
        EntryWriter writer = new EntryWriter(64 + message.payload().length + message.properties().length)
                .u8(VERSION)
                .u8(will.state().code())
                .u32(will.delaySeconds())
                .i64(will.dueAtMs())
                .text(will.clientId())
                .u8(message.qos()
                        | (message.retain() ? 4 : 0)
                        | (message.username().isEmpty() ? 0 : 8)
                        | (will.groups().isEmpty() ? 0 : 16));
        if (!message.username().isEmpty()) {
            writer.text(message.username());
        }
        if (!will.groups().isEmpty()) {
            writer.u16(will.groups().size());
            will.groups().forEach(writer::text);
        }
        return writer.i64(message.arrivedAtMs())
                .u8(message.protocolLevel())
                .text(message.topic())
                .u32(message.properties().length)
                .rest(message.properties())
                .rest(message.payload())
                .done();
    }

    static Will read(long number, byte[] entry) {
        EntryReader reader = new EntryReader(entry, VERSION);
        Will.State state = Will.State.of(reader.u8());
        long delaySeconds = reader.u32();
        long dueAtMs = reader.i64();
        String clientId = reader.text();
        int flags = reader.u8();
        String username = (flags & 8) == 0 ? "" : reader.text();
        Set<String> groups = (flags & 16) == 0 ? Set.of() : groups(reader);
        long arrivedAtMs = reader.i64();
        int level = reader.u8();
        String topic = reader.text();
        byte[] properties = reader.block((int) reader.u32());
        Message message = new Message(
                arrivedAtMs,
                clientId,
                topic,
                flags & 3,
                (flags & 4) != 0,
                false,
                level,
                0,
                properties,
                reader.rest(),
                username);
        Will will = new Will(number, clientId, message, delaySeconds, groups);
        will.become(state, dueAtMs);
        return will;
    }

    private static Set<String> groups(EntryReader reader) {
        Set<String> groups = new HashSet<>();
        for (int left = reader.u16(); left > 0; left--) {
            groups.add(reader.text());
        }
        return groups;
    }
}
