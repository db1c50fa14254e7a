package io.forebay.gateway.session;

/**
 * A subscription. Version 1: version (u8), flags (u8: QoS in bits 0-1, 4 No Local, 8 Retain As Published, Retain Handling in
 * bits 4-5), identifier (u32). The filter is in the key. No state.
 */
final class SubscriptionCodec {
    private static final int VERSION = 1;

    private SubscriptionCodec() {}

    static byte[] write(Subscription subscription) {
        int flags = subscription.qos()
                | (subscription.noLocal() ? 4 : 0)
                | (subscription.retainAsPublished() ? 8 : 0)
                | (subscription.retainHandling() << 4);
        return new EntryWriter(6)
                .u8(VERSION)
                .u8(flags)
                .u32(subscription.identifier())
                .done();
    }

    static Subscription read(String filter, byte[] entry) {
        EntryReader reader = new EntryReader(entry, VERSION);
        int flags = reader.u8();
        return new Subscription(
                filter, flags & 3, (flags & 4) != 0, (flags & 8) != 0, (flags >> 4) & 3, (int) reader.u32());
    }
}
