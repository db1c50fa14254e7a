package io.forebay.gateway.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The tables of the state store that sessions use, and their keys. Numbers are big endian, so that the store's order is
 * theirs. No state.
 */
final class Tables {
    /** Where the fan-out stands: {@code position}, {@code number}, {@code orderly}, each with a number. */
    static final String DELIVERY = "delivery";

    /** Client id -> {@link SessionCodec}. */
    static final String SESSIONS = "sessions";

    /** Number of the session, filter -> {@link SubscriptionCodec}. */
    static final String SUBSCRIPTIONS = "subscriptions";

    /** Number of the session or shared group, sequence -> {@link QueueCodec}. */
    static final String QUEUES = "queues";

    /** Group, slash, filter -> {@link GroupCodec}. */
    static final String GROUPS = "groups";

    /** Number of the will -> {@link WillCodec}. */
    static final String WILLS = "wills";

    /** Topic -> {@link RetainedCodec}. */
    static final String RETAINED = "retained";

    static final List<String> ALL = List.of(DELIVERY, SESSIONS, SUBSCRIPTIONS, QUEUES, GROUPS, WILLS, RETAINED);

    static final byte[] START = new byte[0];

    /** The position in the log before which everything is in the queues. */
    static final byte[] POSITION = text("position");

    /** The next number for a session, a group or a will. */
    static final byte[] NUMBER = text("number");

    /** There after an orderly end, until the next start: the counts in the records of sessions and groups are true. */
    static final byte[] ORDERLY = text("orderly");

    private Tables() {}

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }

    static byte[] number(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    static long number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    static byte[] entry(long number, long sequence) {
        return ByteBuffer.allocate(16).putLong(number).putLong(sequence).array();
    }

    static long sequence(byte[] entryKey) {
        return ByteBuffer.wrap(entryKey).getLong(8);
    }

    static byte[] subscription(long number, String filter) {
        byte[] name = text(filter);
        return ByteBuffer.allocate(8 + name.length).putLong(number).put(name).array();
    }

    static String filter(byte[] subscriptionKey) {
        return new String(subscriptionKey, 8, subscriptionKey.length - 8, StandardCharsets.UTF_8);
    }
}
