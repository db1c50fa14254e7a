package io.forebay.storage;

/**
 * The part of a {@link MessageLog} that a reader needs which carries its messages on: from where, up to where, and how it
 * tells what it is done with. Any thread.
 */
public interface ReadableLog {
    /** The end of what is durable: the position after the last durable record. Any thread. */
    long durableEnd();

    /**
     * Runs {@code listener} on the writer thread after each commit; it must only wake somebody. There are few of them: one
     * for each reader of the log.
     *
     * @return ends it
     */
    Runnable onDurable(Runnable listener);

    /** Where the bridge stood when the position was last saved: everything before it is settled. */
    long resumePosition();

    /**
     * A new cursor on the durable records at and after {@code from}. The thread that first uses it owns it; it may block
     * that thread for a page that is not in memory.
     */
    LogCursor cursor(long from);

    /** Everything before {@code position} is settled: nobody will ask this log for it again to carry it on. */
    void forgetBefore(long position);

    /**
     * Everything in a segment is settled, though something before it is not: a log that deletes what it is done with
     * deletes the segment in the background, once it is finished and the other reader is done with it. Forgotten by a
     * restart. Any thread.
     */
    default void forget(int segment) {}

    /**
     * How many records stand between two positions, from the counts of whole segments (no reading); control records
     * count, so it is a close estimate of messages. Any thread.
     */
    long recordsBetween(long from, long to);

    /** A name for this log's directory, made once and kept in it: the part of a message-id that names the gateway. */
    String gatewayId();
}
