package io.forebay.storage;

import io.forebay.storage.encryption.Keyring;
import java.nio.file.Path;

/**
 * How the log is kept.
 *
 * @param directory where; made if missing
 * @param segmentBytes size of a segment file, allocated in whole before it is written
 * @param bytesMax size of all segments together; at the limit the log is {@link LogState#FULL}
 * @param freeBytesMin what must stay free on the disk; below it the log is {@link LogState#FULL}
 * @param recordBytesMax the largest record: packet limit plus client id
 * @param queueMessagesMax how many appends may wait for the writer
 * @param queueBytesMax how many bytes may wait for the writer
 * @param sessionsMax how many sessions are remembered
 * @param space what it shares the disk with
 * @param retention what is kept of what is delivered
 * @param keys what is encrypted with
 * @param zeros whether a segment file is written with zeros before it is used
 */
public record LogConfig(
        Path directory,
        long segmentBytes,
        long bytesMax,
        long freeBytesMin,
        int recordBytesMax,
        int queueMessagesMax,
        long queueBytesMax,
        int sessionsMax,
        SpaceConfig space,
        Retention retention,
        Keyring keys,
        boolean zeros) {

    public static final long SEGMENT_BYTES_MIN = 8L << 20;

    /** What a record needs beside the packet and the client id, generously. */
    private static final int RECORD_OVERHEAD = 1 << 10;

    /** The smallest segment that takes records of this size. */
    public static long segmentBytesMin(int recordBytesMax) {
        return Math.max(SEGMENT_BYTES_MIN, 4 * ((long) recordBytesMax + RECORD_OVERHEAD));
    }

    /** Alone on its disk, nothing is kept of what is delivered, nothing is encrypted, and no zeros are written. */
    public LogConfig(
            Path directory,
            long segmentBytes,
            long bytesMax,
            long freeBytesMin,
            int recordBytesMax,
            int queueMessagesMax,
            long queueBytesMax,
            int sessionsMax) {
        this(
                directory,
                segmentBytes,
                bytesMax,
                freeBytesMin,
                recordBytesMax,
                queueMessagesMax,
                queueBytesMax,
                sessionsMax,
                SpaceConfig.ALONE,
                Retention.NONE,
                Keyring.NONE,
                false);
    }

    /** The same beside others. */
    public LogConfig withSpace(SpaceConfig shared) {
        return with(shared, retention, keys, zeros);
    }

    /** The same, keeping so much of what is delivered. */
    public LogConfig withRetention(Retention kept) {
        return with(space, kept, keys, zeros);
    }

    /** The same, encrypting what is written if there are keys. */
    public LogConfig withKeys(Keyring all) {
        return with(space, retention, all, zeros);
    }

    /** The same, writing zeros over a segment file before it is used or not. */
    public LogConfig withZeros(boolean written) {
        return with(space, retention, keys, written);
    }

    private LogConfig with(SpaceConfig shared, Retention kept, Keyring all, boolean written) {
        return new LogConfig(
                directory,
                segmentBytes,
                bytesMax,
                freeBytesMin,
                recordBytesMax,
                queueMessagesMax,
                queueBytesMax,
                sessionsMax,
                shared,
                kept,
                all,
                written);
    }

    public LogConfig {
        if (segmentBytes < segmentBytesMin(recordBytesMax)) {
            throw new IllegalArgumentException(
                    "segment-bytes must be at least 8 MiB, and four times the largest record and 4 KiB");
        }
        if (bytesMax < 2 * segmentBytes) {
            throw new IllegalArgumentException("bytes-max must hold at least two segments");
        }
        if (freeBytesMin < 0 || queueMessagesMax < 1 || queueBytesMax < 1 || sessionsMax < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
