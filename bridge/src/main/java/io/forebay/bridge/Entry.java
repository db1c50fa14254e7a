package io.forebay.bridge;

import io.forebay.storage.Message;

/**
 * Owned by the bridge's thread: a message in memory, in the queue of its lane. Public only for
 * {@link io.forebay.bridge.amqp}.
 */
public final class Entry {
    /** What is left to know of one that is settled ahead of others of its lane. */
    record Size(int share, int logBytes) {}

    /** What an entry and its message cost beside the bytes that vary. */
    private static final int OVERHEAD_BYTES = 216;

    final long position;
    final Message message;
    final int bytes;
    /** Which share it counts for, and what it takes in the log. */
    final int share;

    final int logBytes;
    /** Null unless it was sent in vain before. */
    Trouble trouble;
    /** The next one of the lane. */
    Entry next;
    /** When the message before it in its lane arrived, see {@link LaneSequence}. */
    long previousAtMs;

    private long sequence;
    /** Null unless it is a copy of a quarantined message. */
    private QuarantinedMessage deadLetter;

    private long redrivenAtMs;

    Entry(long position, Message message) {
        this(position, message, 0, 0);
    }

    Entry(long position, Message message, int share, int logBytes) {
        this.share = share;
        this.logBytes = logBytes;
        this.position = position;
        this.message = message;
        long size = OVERHEAD_BYTES
                + (long) message.payload().length
                + message.properties().length
                + message.topic().length()
                + message.clientId().length();
        this.bytes = (int) Math.min(size, Integer.MAX_VALUE);
    }

    /** One that is in no lane; {@code sequence} is 0 if its lane is not counted. */
    public static Entry of(long position, long sequence, Message message) {
        Entry entry = new Entry(position, message);
        entry.sequence = sequence;
        return entry;
    }

    /** A copy of a quarantined message. */
    public static Entry deadLetter(QuarantinedMessage kept, long sequence) {
        Entry entry = of(kept.position(), sequence, kept.message());
        entry.deadLetter = kept;
        return entry;
    }

    /** What is to be told about it, if it is a copy of a quarantined message; else null. */
    public QuarantinedMessage deadLetter() {
        return deadLetter;
    }

    /** One that comes out of the quarantine. */
    static Entry redriven(QuarantinedMessage kept, long atMs) {
        Entry entry = of(kept.position(), kept.sequence(), kept.message());
        entry.redrivenAtMs = atMs;
        return entry;
    }

    /** When somebody let it go again from the quarantine; 0 for all others. */
    public long redrivenAtMs() {
        return redrivenAtMs;
    }

    public long position() {
        return position;
    }

    public Message message() {
        return message;
    }

    /** Which message of its lane it is, from 1; 0 if its lane is not counted. */
    public long sequence() {
        return sequence;
    }

    void number(long number, long previousArrivedAtMs) {
        sequence = number;
        previousAtMs = previousArrivedAtMs;
    }

    /** How often the peer ended a link or connection over it, perhaps. */
    int losses() {
        return trouble == null ? 0 : trouble.losses;
    }
}
