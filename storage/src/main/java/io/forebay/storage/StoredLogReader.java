package io.forebay.storage;

/** Is shown what a stored log holds, in log order, by the thread that reads it. */
public interface StoredLogReader {
    /** @return whether to go on */
    boolean onRecord(StoredRecord record);

    /** Records from {@code from} to {@code to} (exclusive) were once synced, and cannot be read. */
    default void onLost(long from, long to, ProbableLanes lanes) {}

    /** How far it is. */
    default void onProgress(long bytes, long ofBytes) {}
}
