package io.forebay.gateway.session;

/** A shared group that is stored. Version 1: version (u8), number (i64), {@link QueueRecord}. No state. */
final class GroupCodec {
    private static final int VERSION = 1;

    /** What is stored of a group beside its messages. */
    record Stored(long number, QueueRecord queue) {}

    private GroupCodec() {}

    static byte[] write(SharedGroup group) {
        EntryWriter writer = new EntryWriter(64).u8(VERSION).i64(group.number());
        group.queue().record().write(writer);
        return writer.done();
    }

    static Stored read(byte[] entry) {
        EntryReader reader = new EntryReader(entry, VERSION);
        return new Stored(reader.i64(), QueueRecord.read(reader));
    }
}
