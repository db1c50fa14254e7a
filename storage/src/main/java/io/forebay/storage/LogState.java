package io.forebay.storage;

/** Whether the log takes appends. */
public enum LogState {
    /** Appends become durable. */
    OPEN,
    /**
     * No space for a further segment (disk, or the configured limit of the log): appends wait in the bounded queue, none
     * is acknowledged, none is dropped; heals by itself when there is space.
     */
    FULL,
    /**
     * A write or a sync failed: what was not durable is written again to a fresh file, over and over until it succeeds.
     * Meanwhile appends wait in the bounded queue, none is acknowledged, none is dropped.
     */
    HEALING,
    /** A bug has stopped the writer. What is appended from now on fails; only a restart heals it. */
    FAILED,
    CLOSED
}
