package io.forebay.gateway.mqtt;

/**
 * What one device, or one user, may take of what all share; forebay.yaml says what each key means.
 *
 * @param connectBytesMax the largest packet of whoever is not let in yet
 * @param connectionsPerUserMax 0 for no limit
 * @param publishesPerSecond of one connection, 0 for no limit
 * @param publishBytesPerSecond of one connection, 0 for no limit
 * @param logBytesMax of one connection, in the queue of the log's writer
 * @param rateTimeoutMs how long one may be held back without a break before it is disconnected, 0 for ever
 */
public record QuotaConfig(
        int connectBytesMax,
        int connectionsPerUserMax,
        int publishesPerSecond,
        long publishBytesPerSecond,
        long logBytesMax,
        int rateTimeoutMs) {

    /** As forebay.yaml has them. */
    public static final QuotaConfig DEFAULT = new QuotaConfig(64 << 10, 0, 0, 0, 1 << 20, 0);

    boolean hasRate() {
        return publishesPerSecond > 0 || publishBytesPerSecond > 0;
    }
}
