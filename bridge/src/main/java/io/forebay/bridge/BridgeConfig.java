package io.forebay.bridge;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.bridge.reply.Replies;
import io.forebay.storage.AckLevel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * How the log is carried to the broker.
 *
 * @param amqp the broker, as a target of routes {@link #DEFAULT_TARGET}
 * @param targets further ones, by their names
 * @param routes first match wins
 * @param defaultAddress where a topic goes that no route matches; empty if nowhere: such messages are settled and counted
 * @param defaultOptions how those are treated
 * @param transactions how lanes with a backlog are sent
 * @param replies which messages are answers to requests from the broker; they go where the request has named
 * @param sequences how the messages of lanes are counted
 * @param quarantine what the quarantine holds at most, if there is one
 * @param deadLettersBytesMax how many bytes of copies for dead-letter addresses may wait; beyond, they are given up
 * @param limits what is held at most
 * @param outcomesKeptMax of how many settled messages it is kept in mind how that went; only of those that were not just
 *     accepted at the first attempt. Beyond, of the oldest of them and all before it is not known any more
 * @param settleTimeoutMs a delivery that has no outcome for so long, while the peer says nothing on its link or answers
 *     what was sent so much later, is taken for a dead connection, which is dropped
 * @param retry how long a lane waits before it offers a message again that was not accepted
 * @param rejectedRetry the same for a message that was rejected, or can never be sent
 * @param watermarkEveryMs how often the log is told what it may forget
 * @param stopTimeoutMs how long {@link Bridge#stop} waits for outstanding outcomes
 */
public record BridgeConfig(
        AmqpConfig amqp,
        Map<String, AmqpConfig> targets,
        List<Route> routes,
        String defaultAddress,
        RouteOptions defaultOptions,
        TransactionConfig transactions,
        Replies replies,
        SequenceConfig sequences,
        QuarantineLimits quarantine,
        long deadLettersBytesMax,
        BridgeLimits limits,
        int outcomesKeptMax,
        long settleTimeoutMs,
        Backoff retry,
        Backoff rejectedRetry,
        long watermarkEveryMs,
        long stopTimeoutMs) {

    /** The name of the target that is always there. */
    public static final String DEFAULT_TARGET = "default";

    public BridgeConfig {
        targets = Collections.unmodifiableMap(new LinkedHashMap<>(targets));
        if (targets.containsKey(DEFAULT_TARGET)) {
            throw new IllegalArgumentException("the target " + DEFAULT_TARGET + " is there already");
        }
        for (Route route : routes) {
            if (!route.target().equals(DEFAULT_TARGET) && !targets.containsKey(route.target())) {
                throw new IllegalArgumentException("there is no target '" + route.target() + "'");
            }
        }
        routes = List.copyOf(routes);
        if (settleTimeoutMs < 1 || watermarkEveryMs < 1 || stopTimeoutMs < 0) {
            throw new IllegalArgumentException("times must be positive");
        }
    }

    /** Tells, from any thread, when publishers to a topic are acknowledged; empty if such messages go nowhere. */
    public Function<String, Optional<AckLevel>> ackLevels() {
        return routing()::ackLevel;
    }

    /** Whether messages need the user names of their publishers: an address is made of them. */
    public boolean wantsUsernames() {
        return routing().wantUsernames();
    }

    /** Of all targets, the default one first. */
    List<String> targetNames() {
        List<String> names = new ArrayList<>(List.of(DEFAULT_TARGET));
        names.addAll(targets.keySet());
        return names;
    }

    AmqpConfig target(String name) {
        return name.equals(DEFAULT_TARGET) ? amqp : targets.get(name);
    }

    Routes routing() {
        return new Routes(routes, defaultAddress, defaultOptions, replies);
    }

    /** Whether the messages of any lane are counted. */
    boolean countsLanes() {
        return (!defaultAddress.isEmpty() && defaultOptions.mapping().laneSequence())
                || routes.stream().anyMatch(route -> route.options().mapping().laneSequence());
    }

    /** Everything but the broker as usual. */
    public static BridgeConfig of(AmqpConfig amqp) {
        return builder(amqp).build();
    }

    /** Everything but the broker as usual, until told otherwise. */
    public static Builder builder(AmqpConfig amqp) {
        return new Builder(amqp);
    }

    /** The same, to be changed. */
    public Builder toBuilder() {
        return builder(amqp)
                .targets(targets)
                .routes(routes)
                .defaultAddress(defaultAddress)
                .defaultOptions(defaultOptions)
                .transactions(transactions)
                .replies(replies)
                .sequences(sequences)
                .quarantine(quarantine)
                .deadLettersBytesMax(deadLettersBytesMax)
                .limits(limits)
                .outcomesKeptMax(outcomesKeptMax)
                .settleTimeoutMs(settleTimeoutMs)
                .retry(retry)
                .rejectedRetry(rejectedRetry)
                .watermarkEveryMs(watermarkEveryMs)
                .stopTimeoutMs(stopTimeoutMs);
    }

    /** Owned by one thread: a configuration in the making. */
    public static final class Builder {
        private final AmqpConfig amqp;
        private Map<String, AmqpConfig> targets = Map.of();
        private List<Route> routes = List.of();
        private String defaultAddress = "uplink";
        private RouteOptions defaultOptions = RouteOptions.USUAL;
        private TransactionConfig transactions = TransactionConfig.USUAL;
        private Replies replies = Replies.NONE;
        private SequenceConfig sequences = SequenceConfig.USUAL;
        private QuarantineLimits quarantine = QuarantineLimits.USUAL;
        private long deadLettersBytesMax = 16L << 20;
        private BridgeLimits limits = BridgeLimits.DEFAULT;
        private int outcomesKeptMax = 65_536;
        private long settleTimeoutMs = 30_000;
        private Backoff retry = new Backoff(50, 30_000);
        private Backoff rejectedRetry = new Backoff(500, 30_000);
        private long watermarkEveryMs = 100;
        private long stopTimeoutMs = 2_000;

        private Builder(AmqpConfig amqp) {
            this.amqp = amqp;
        }

        @CanIgnoreReturnValue
        public Builder targets(Map<String, AmqpConfig> other) {
            targets = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder routes(List<Route> other) {
            routes = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder defaultAddress(String other) {
            defaultAddress = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder defaultOptions(RouteOptions other) {
            defaultOptions = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder transactions(TransactionConfig other) {
            transactions = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder replies(Replies other) {
            replies = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder sequences(SequenceConfig other) {
            sequences = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder quarantine(QuarantineLimits other) {
            quarantine = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder deadLettersBytesMax(long other) {
            deadLettersBytesMax = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder limits(BridgeLimits other) {
            limits = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder outcomesKeptMax(int other) {
            outcomesKeptMax = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder settleTimeoutMs(long other) {
            settleTimeoutMs = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder retry(Backoff other) {
            retry = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder rejectedRetry(Backoff other) {
            rejectedRetry = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder watermarkEveryMs(long other) {
            watermarkEveryMs = other;
            return this;
        }

        @CanIgnoreReturnValue
        public Builder stopTimeoutMs(long other) {
            stopTimeoutMs = other;
            return this;
        }

        public BridgeConfig build() {
            return new BridgeConfig(
                    amqp,
                    targets,
                    routes,
                    defaultAddress,
                    defaultOptions,
                    transactions,
                    replies,
                    sequences,
                    quarantine,
                    deadLettersBytesMax,
                    limits,
                    outcomesKeptMax,
                    settleTimeoutMs,
                    retry,
                    rejectedRetry,
                    watermarkEveryMs,
                    stopTimeoutMs);
        }
    }
}
