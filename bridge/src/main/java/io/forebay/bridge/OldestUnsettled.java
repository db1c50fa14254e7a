package io.forebay.bridge;

import io.forebay.storage.LogCursor;

/** Owned by the bridge's thread: finds out when the oldest message arrived that is not settled, read or not. */
final class OldestUnsettled implements AutoCloseable {
    private final LogCursor cursor;
    private long lookedAt = -1;
    private long arrivedAtMs;

    OldestUnsettled(LogCursor cursor) {
        this.cursor = cursor;
    }

    /** @return its arrival time, 0 if there is none */
    long arrivedAtMs(long watermark) {
        if (arrivedAtMs == 0 || lookedAt != watermark) {
            lookedAt = watermark;
            arrivedAtMs = cursor.moveTo(watermark).next() ? cursor.message().arrivedAtMs() : 0;
        }
        return arrivedAtMs;
    }

    @Override
    public void close() {
        cursor.close();
    }
}
