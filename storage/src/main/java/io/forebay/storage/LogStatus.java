package io.forebay.storage;

/**
 * How the log is, for whoever watches the gateway.
 *
 * @param fault why it is {@link LogState#HEALING}, a part of a sentence; else empty
 * @param faults how often the disk has failed since the start
 * @param skipped how many positions were found unreadable since the start that were durable once
 */
public record LogStatus(LogState state, String fault, long faults, long skipped) {
    /** Of a log about which nothing but its state is known. */
    public static LogStatus of(LogState state) {
        return new LogStatus(state, "", 0, 0);
    }
}
