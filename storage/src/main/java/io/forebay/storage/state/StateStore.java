package io.forebay.storage.state;

/**
 * What outlives a restart beside the log: sessions, subscriptions, queues of sleeping devices, retained messages, wills,
 * quarantined messages. Tables of byte keys in unsigned order; changes are collected in a {@link Batch} and committed
 * all or nothing.
 *
 * <p>Any thread may call it; a batch and a scan belong to the thread that uses them. Every method blocks for the disk.
 */
public interface StateStore extends AutoCloseable {

    /** Changes on their way: seen by nobody before they are committed. */
    interface Batch {
        void put(String table, byte[] key, byte[] value);

        void delete(String table, byte[] key);

        /** Deletes from {@code from} (inclusive) to {@code to} (exclusive). */
        void deleteRange(String table, byte[] from, byte[] to);

        boolean isEmpty();

        /** How many bytes it holds, roughly. */
        long bytes();

        /** Empties it, to be used again. */
        void clear();
    }

    /** Is shown entries in the order of their keys. */
    interface Visitor {
        /** @return whether to go on */
        boolean visit(byte[] key, byte[] value);
    }

    Batch batch();

    /**
     * Applies the batch, all or nothing, and empties it.
     *
     * @param durable whether it must be covered by an fdatasync when this returns; if not, it survives {@code kill -9}
     *     but perhaps not a power cut, and never without what was committed before it
     * @throws StateException if it may not be applied; nothing of it is then, unless the process dies first
     */
    void commit(Batch batch, boolean durable);

    /** @return null if there is none */
    byte[] get(String table, byte[] key);

    /**
     * Shows what stands from {@code from} (inclusive) to {@code to} (exclusive).
     *
     * @param to null for the end of the table
     */
    void scan(String table, byte[] from, byte[] to, Visitor visitor);

    /** What it occupies on the disk. */
    long diskBytes();

    /** Whether commits succeed now; a full disk makes this false until there is space again. */
    boolean isWritable();

    @Override
    void close();
}
