package io.forebay.gateway.mqtt.accept;

/**
 * How devices are let in; forebay.yaml says what each key means. A rate or a number of 0 is no limit, but for those of whom
 * there must be one.
 *
 * @param handshakesMax how many connections may be between accept and CONNACK
 * @param handshakeTurnMs how long each of them counts at most, so that slow ones do not hold up the others
 * @param waitingMax how many may wait for their turn
 * @param waitMaxMs how long
 * @param connectionsPerAddressMax of one source address, waiting ones included
 * @param rateMax connections in a second, over all addresses
 * @param ratePerAddressMax connections in a second of one source address
 * @param addressesMax how many addresses without a connection are remembered
 */
public record AcceptLimits(
        int handshakesMax,
        int handshakeTurnMs,
        int waitingMax,
        int waitMaxMs,
        int connectionsPerAddressMax,
        int rateMax,
        int ratePerAddressMax,
        int addressesMax) {

    /** As forebay.yaml has them. */
    public static final AcceptLimits DEFAULT = new AcceptLimits(32, 100, 10_000, 60_000, 20_000, 5_000, 1_000, 100_000);
}
