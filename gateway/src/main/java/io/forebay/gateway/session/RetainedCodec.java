package io.forebay.gateway.session;

/**
 * A retained message. Version 1: version (u8), QoS (u8), client id of the publisher (u16 length, UTF-8), {@link Content}. No
 * state.
 */
final class RetainedCodec {
    private static final int VERSION = 1;

    private RetainedCodec() {}

    static byte[] write(RetainedMessage message) {
        EntryWriter writer = new EntryWriter(64 + message.content().bytes())
                .u8(VERSION)
                .u8(message.qos())
                .text(message.publisher());
        message.content().write(writer);
        return writer.done();
    }

    static RetainedMessage read(byte[] entry) {
        EntryReader reader = new EntryReader(entry, VERSION);
        int qos = reader.u8();
        String publisher = reader.text();
        return new RetainedMessage(Content.read(reader), qos, publisher);
    }
}
