package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.forebay.storage.AckLevel;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the MQTT side counts. Any thread. */
public final class MqttMeters {
    private static final String REASON = "reason";
    private static final String REFUSED = "forebay.mqtt.refused";

    private final MeterRegistry registry;
    /** LongAdders behind function counters: the hot path pays an add, nothing more. */
    private final LongAdder[] published = {new LongAdder(), new LongAdder(), new LongAdder()};

    private final List<Map<AckLevel, LongAdder>> acknowledged =
            List.of(new EnumMap<>(AckLevel.class), new EnumMap<>(AckLevel.class), new EnumMap<>(AckLevel.class));
    private final LongAdder[] delivered = {new LongAdder(), new LongAdder(), new LongAdder()};
    private final LongAdder repeated = new LongAdder();
    private final LongAdder unmatched = new LongAdder();
    private final LongAdder pauses = new LongAdder();
    private final LongAdder heldBack = new LongAdder();
    private final LongAdder logQueueWaits = new LongAdder();
    private final AtomicInteger connections = new AtomicInteger();

    public MqttMeters(MeterRegistry registry) {
        this.registry = registry;
        registry.gauge("forebay.mqtt.connections", connections);
        for (int qos = 0; qos <= 2; qos++) {
            String tag = Integer.toString(qos);
            registry.more().counter("forebay.mqtt.published", Tags.of("qos", tag), published[qos]);
            registry.more().counter("forebay.mqtt.delivered", Tags.of("qos", tag), delivered[qos]);
            if (qos > 0) {
                for (AckLevel level : AckLevel.values()) {
                    LongAdder count = new LongAdder();
                    acknowledged.get(qos).put(level, count);
                    registry.more()
                            .counter(
                                    "forebay.mqtt.acknowledged",
                                    Tags.of("qos", tag, "level", level.name().toLowerCase(Locale.ROOT)),
                                    count);
                }
            }
        }
        registry.more().counter("forebay.mqtt.repeated", Tags.empty(), repeated);
        registry.more().counter("forebay.mqtt.unmatched", Tags.empty(), unmatched);
        registry.more().counter("forebay.mqtt.pauses", Tags.empty(), pauses);
        registry.more().counter("forebay.mqtt.held.back", Tags.empty(), heldBack);
        registry.more().counter("forebay.mqtt.log.queue.waits", Tags.empty(), logQueueWaits);
    }

    int connections() {
        return connections.get();
    }

    int connectionOpened() {
        return connections.incrementAndGet();
    }

    void connectionClosed() {
        connections.decrementAndGet();
    }

    void published(int qos) {
        published[qos].increment();
    }

    /** @param level which was waited for */
    void acknowledged(int qos, AckLevel level) {
        acknowledged.get(qos).get(level).increment();
    }

    /** A QoS 2 PUBLISH that was in the log already. */
    void repeated() {
        repeated.increment();
    }

    void paused() {
        pauses.increment();
    }

    /** A device was faster than it may be. */
    void heldBack() {
        heldBack.increment();
    }

    /** A device had to wait for its own bytes in the log's queue. */
    void waitsInLogQueue() {
        logQueueWaits.increment();
    }

    /** A PUBLISH to a device. */
    void delivered(int qos) {
        delivered[qos].increment();
    }

    /** A PUBLISH that neither a route nor a subscriber wants. */
    void unmatched() {
        unmatched.increment();
    }

    /** A PUBLISH that was not taken. */
    void publishRefused(ReasonCode reason) {
        count("forebay.mqtt.publish.refused", REASON, tag(reason));
    }

    /** A message for a device that it was not sent. */
    void leftOut(String reason) {
        count("forebay.mqtt.left.out", REASON, reason);
    }

    /** A fault of a device that a lenient listener bears. */
    void violated(String kind) {
        count("forebay.mqtt.violations", "kind", kind);
    }

    /** A CONNECT that was not accepted. */
    void refused(ReasonCode reason) {
        count(REFUSED, REASON, tag(reason));
    }

    /** A socket that was closed before it could say CONNECT, because too many were open. */
    void flooded() {
        count(REFUSED, REASON, "flood");
    }

    /** A connection that we ended. */
    void disconnected(ReasonCode reason) {
        count("forebay.mqtt.disconnected", REASON, tag(reason));
    }

    static String tag(ReasonCode reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    private void count(String name, String tag, String value) {
        Counter.builder(name).tag(tag, value).register(registry).increment();
    }
}
