package io.forebay.bridge;

/**
 * What the quarantine holds at most; at the limit, lanes with a message for it wait, which is told.
 *
 * @param messagesMax how many messages
 * @param bytesMax their bytes
 */
public record QuarantineLimits(long messagesMax, long bytesMax) {
    public static final QuarantineLimits USUAL = new QuarantineLimits(100_000, 256L << 20);

    public QuarantineLimits {
        if (messagesMax < 0 || bytesMax < 0) {
            throw new IllegalArgumentException("quarantine-messages-max and quarantine-size-max must not be negative");
        }
    }
}
