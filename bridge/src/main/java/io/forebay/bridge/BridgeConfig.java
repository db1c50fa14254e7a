package io.forebay.bridge;

import java.util.List;

/**
 * How the log is carried to the broker.
 *
 * @param amqp the broker
 * @param routes first match wins
 * @param defaultAddress where a topic goes that no route matches, so that no message is without a place
 * @param limits what is held at most
 * @param settleTimeoutMs a delivery that has no outcome for so long, while the peer says nothing on its link or answers
 *     what was sent so much later, is taken for a dead connection, which is dropped
 * @param retry how long a lane waits before it offers a message again that was not accepted
 * @param watermarkEveryMs how often the log is told what it may forget
 * @param stopTimeoutMs how long {@link Bridge#stop} waits for outstanding outcomes
 */
public record BridgeConfig(
        AmqpConfig amqp,
        List<Route> routes,
        String defaultAddress,
        BridgeLimits limits,
        long settleTimeoutMs,
        Backoff retry,
        long watermarkEveryMs,
        long stopTimeoutMs) {

    public BridgeConfig {
        routes = List.copyOf(routes);
        if (defaultAddress.isBlank()) {
            throw new IllegalArgumentException("default-address must not be empty");
        }
        if (settleTimeoutMs < 1 || watermarkEveryMs < 1 || stopTimeoutMs < 0) {
            throw new IllegalArgumentException("times must be positive");
        }
    }

    /** Everything but the broker as usual. */
    public static BridgeConfig of(AmqpConfig amqp) {
        return new BridgeConfig(
                amqp, List.of(), "uplink", BridgeLimits.DEFAULT, 30_000, new Backoff(50, 30_000), 100, 2_000);
    }

    public BridgeConfig withRoutes(List<Route> other) {
        return new BridgeConfig(
                amqp, other, defaultAddress, limits, settleTimeoutMs, retry, watermarkEveryMs, stopTimeoutMs);
    }

    public BridgeConfig withLimits(BridgeLimits other) {
        return new BridgeConfig(
                amqp, routes, defaultAddress, other, settleTimeoutMs, retry, watermarkEveryMs, stopTimeoutMs);
    }

    public BridgeConfig withRetry(Backoff other) {
        return new BridgeConfig(
                amqp, routes, defaultAddress, limits, settleTimeoutMs, other, watermarkEveryMs, stopTimeoutMs);
    }

    public BridgeConfig withSettleTimeoutMs(long other) {
        return new BridgeConfig(amqp, routes, defaultAddress, limits, other, retry, watermarkEveryMs, stopTimeoutMs);
    }
}
