package io.forebay.bridge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What the bridge counts. Counters and the timer belong to the bridge's thread; gauges read the published status. */
final class BridgeMeters {
    private static final int LATENCY_SAMPLE = 16;
    /** The broker chooses the words. */
    private static final int CAUSES_MAX = 32;

    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<String, Counter> outcomes = new HashMap<>();
    private final Map<String, Counter> transactions = new HashMap<>();
    private final Map<String, Counter> deadLetters = new HashMap<>();
    private final Map<String, Counter> quarantined = new HashMap<>();
    private final Counter accepted;
    private final Counter reconnects;
    private final Counter unrouted;
    private final Counter skippedProperties;
    private final Timer settleLatency;
    private int untilSample = 1;

    /** @param target a tag of all that is counted; empty if there is only one */
    BridgeMeters(MeterRegistry registry, Supplier<BridgeStatus> status, String target) {
        this.registry = registry;
        this.tags = target.isEmpty() ? Tags.empty() : Tags.of("target", target);
        accepted = outcome(Outcome.ACCEPTED.name());
        reconnects = Counter.builder("forebay.bridge.reconnects")
                .description("Connections to the broker that were lost")
                .tags(tags)
                .register(registry);
        skippedProperties = Counter.builder("forebay.bridge.properties.skipped")
                .description("Messages sent without some of their MQTT 5 properties, which were malformed")
                .tags(tags)
                .register(registry);
        unrouted = Counter.builder("forebay.bridge.unrouted")
                .description("Messages that no route takes; settled without being sent")
                .tags(tags)
                .register(registry);
        settleLatency = Timer.builder("forebay.bridge.settle")
                .description("From sending a message to its outcome, one in " + LATENCY_SAMPLE)
                .publishPercentiles(0.5, 0.99)
                .tags(tags)
                .register(registry);
        gauge(
                "forebay.bridge.connected",
                "1 while there is an AMQP connection",
                status,
                value -> value.connected() ? 1 : 0);
        gauge("forebay.bridge.backlog", "Messages from the oldest unsettled one on", status, BridgeStatus::backlog);
        gauge(
                "forebay.bridge.oldest.unsettled.age",
                "Seconds since the oldest unsettled message arrived",
                status,
                BridgeMeters::oldestAgeSeconds);
        gauge("forebay.bridge.unsettled", "Messages sent and without an outcome", status, BridgeStatus::unsettled);
        gauge(
                "forebay.bridge.lanes",
                "Lanes with a message that was read and is not settled",
                status,
                BridgeStatus::lanes);
        gauge(
                "forebay.bridge.lanes.spilled",
                "Lanes whose next messages are on disk only",
                status,
                BridgeStatus::spilledLanes);
        gauge("forebay.bridge.quarantine.messages", "Messages in the quarantine", status, BridgeStatus::quarantined);
        gauge(
                "forebay.bridge.quarantine.bytes",
                "Bytes of the messages in the quarantine",
                status,
                BridgeStatus::quarantinedBytes);
        gauge(
                "forebay.bridge.awaited",
                "Publishes whose acknowledgement waits for the broker",
                status,
                BridgeStatus::awaited);
        gauge("forebay.bridge.links", "AMQP links", status, BridgeStatus::links);
        gauge("forebay.bridge.readahead.messages", "Messages in memory", status, BridgeStatus::readAheadMessages);
        gauge(
                "forebay.bridge.readahead.bytes",
                "Bytes of the messages in memory",
                status,
                BridgeStatus::readAheadBytes);
    }

    private void gauge(
            String name, String description, Supplier<BridgeStatus> status, ToDoubleFunction<BridgeStatus> value) {
        Gauge.builder(name, () -> value.applyAsDouble(status.get()))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private static double oldestAgeSeconds(BridgeStatus status) {
        long at = status.oldestUnsettledAtMs();
        return at == 0 ? 0 : Math.max(0, System.currentTimeMillis() - at) / 1000.0;
    }

    private Counter outcome(String name) {
        return outcomes.computeIfAbsent(name, key -> Counter.builder("forebay.bridge.outcomes")
                .description("What the broker did with the messages sent to it")
                .tag("outcome", key)
                .tags(tags)
                .register(registry));
    }

    void onOutcome(Outcome outcome, long sentAtNanos) {
        if (outcome == Outcome.ACCEPTED) {
            accepted.increment();
        } else {
            outcome(outcome.name()).increment();
        }
        untilSample--;
        if (untilSample == 0) {
            untilSample = LATENCY_SAMPLE;
            settleLatency.record(System.nanoTime() - sentAtNanos, TimeUnit.NANOSECONDS);
        }
    }

    void onLost(int unsettled) {
        outcome("lost").increment(unsettled);
    }

    void onQuarantined(String condition) {
        quarantined
                .computeIfAbsent(
                        quarantined.containsKey(condition) || quarantined.size() < CAUSES_MAX ? condition : "other",
                        this::quarantinedBecause)
                .increment();
    }

    private Counter quarantinedBecause(String condition) {
        return Counter.builder("forebay.bridge.quarantined")
                .description("Messages put into the quarantine")
                .tag("cause", condition)
                .tags(tags)
                .register(registry);
    }

    void onDeadLetter(String outcome) {
        deadLetters
                .computeIfAbsent(outcome, key -> Counter.builder("forebay.bridge.dead.letters")
                        .description("Copies of quarantined messages for dead-letter addresses, by what became of them")
                        .tag("outcome", key)
                        .tags(tags)
                        .register(registry))
                .increment();
    }

    void onTransaction(String how) {
        transactions
                .computeIfAbsent(how, key -> Counter.builder("forebay.bridge.transactions")
                        .description("Transactions that lanes with a backlog were sent in")
                        .tag("outcome", key)
                        .tags(tags)
                        .register(registry))
                .increment();
    }

    void onUnrouted() {
        unrouted.increment();
    }

    void onSkippedProperties() {
        skippedProperties.increment();
    }

    void onReconnect() {
        reconnects.increment();
    }
}
