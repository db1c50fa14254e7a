package io.forebay.storage;

import java.util.function.LongSupplier;

/**
 * What the log may take of the disk together with others, and when somebody wants to hear that it fills up.
 *
 * @param bytesMax of the log and the others together; at the limit the log is {@link LogState#FULL}
 * @param others how many bytes the others take; asked about every second by a background thread of the log, and may block it
 * @param warnBelowSeconds a log that will be full so soon at the present rate warns; 0 for never
 */
public record SpaceConfig(long bytesMax, LongSupplier others, long warnBelowSeconds) {
    /** Nobody else counts, and nobody is warned. */
    public static final SpaceConfig ALONE = new SpaceConfig(Long.MAX_VALUE, () -> 0, 0);

    public SpaceConfig {
        if (bytesMax < 1 || warnBelowSeconds < 0) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    /** The same beside others. */
    public SpaceConfig withOthers(LongSupplier bytes) {
        return new SpaceConfig(bytesMax, bytes, warnBelowSeconds);
    }
}
