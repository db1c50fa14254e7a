package io.forebay.bridge;

/**
 * What replays may take.
 *
 * @param ratePerSecond messages of one of them in a second, if it does not say otherwise
 * @param runningMax how many may run at a time; a further one is refused
 * @param unsettledMax messages of one of them with the broker; at the limit it sends nothing more
 * @param heldMessages messages of one of them in memory; at the limit it reads nothing more
 * @param heldBytes bytes of these; exceeded by at most one message
 */
public record ReplayConfig(int ratePerSecond, int runningMax, int unsettledMax, int heldMessages, long heldBytes) {
    public static final ReplayConfig USUAL = new ReplayConfig(2_000, 2, 256, 4_096, 16L << 20);

    public ReplayConfig {
        if (ratePerSecond < 1 || runningMax < 1 || unsettledMax < 1 || heldMessages < unsettledMax) {
            throw new IllegalArgumentException(
                    "limits of replays must be positive, and held-messages not less than unsettled-max");
        }
        if (heldBytes < heldMessages) {
            throw new IllegalArgumentException("a replay must be able to hold a byte for each message");
        }
    }
}
