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
    /** A write or a sync failed. What is appended from now on fails; only a restart, on a fresh segment, heals it. */
    FAILED,
    CLOSED
}
