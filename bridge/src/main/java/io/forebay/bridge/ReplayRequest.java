package io.forebay.bridge;

/**
 * What somebody wants to be sent again.
 *
 * @param address of AMQP, as it is
 * @param target the name of the broker, see {@link BridgeConfig#targets}
 * @param ratePerSecond messages in a second; 0 for the usual
 * @param dryRun only count
 */
public record ReplayRequest(
        ReplaySelection selection, String address, String target, int ratePerSecond, boolean dryRun) {
    public ReplayRequest {
        if (!dryRun && address.isBlank()) {
            throw new IllegalArgumentException("a replay needs an address to send to");
        }
        if (address.indexOf('{') >= 0) {
            throw new IllegalArgumentException("the address of a replay is taken as it is, there is no place for {");
        }
        if (ratePerSecond < 0) {
            throw new IllegalArgumentException("the rate of a replay must be positive");
        }
    }
}
