package io.forebay.bridge;

/**
 * What the bridge holds at most.
 *
 * @param unsettledMax messages sent and not yet settled; at the limit nothing more is sent
 * @param readAheadMessages messages in memory, the unsettled ones included; at the limit nothing more is read
 * @param readAheadBytes bytes of these; exceeded by at most one message
 * @param lanesMax lanes with a message that is not settled and has been read; at the limit nothing new is read until
 *     lanes are done. A lane costs about 200 bytes and its name.
 * @param linksMax AMQP links at a time; at the limit an idle one is closed, and if none is idle the lanes of further
 *     addresses wait
 */
public record BridgeLimits(int unsettledMax, int readAheadMessages, long readAheadBytes, int lanesMax, int linksMax) {
    public static final BridgeLimits DEFAULT = new BridgeLimits(2048, 16_384, 32L << 20, 250_000, 1024);

    public BridgeLimits {
        if (unsettledMax < 1 || lanesMax < 1 || linksMax < 1) {
            throw new IllegalArgumentException("unsettled-max, lanes-max and links-max must be at least 1");
        }
        if (readAheadMessages < unsettledMax || readAheadBytes < readAheadMessages) {
            throw new IllegalArgumentException(
                    "read-ahead must hold at least unsettled-max messages, and a byte for each of them");
        }
    }
}
