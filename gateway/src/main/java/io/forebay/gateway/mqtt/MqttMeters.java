package io.forebay.gateway.mqtt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the MQTT side counts. Any thread. */
public final class MqttMeters {
    private final MeterRegistry registry;
    /** LongAdders behind function counters: the hot path pays an add, nothing more. */
    private final LongAdder[] published = {new LongAdder(), new LongAdder(), new LongAdder()};

    private final LongAdder[] acknowledged = {new LongAdder(), new LongAdder(), new LongAdder()};
    private final LongAdder repeated = new LongAdder();
    private final LongAdder pauses = new LongAdder();
    private final AtomicInteger connections = new AtomicInteger();

    public MqttMeters(MeterRegistry registry) {
        this.registry = registry;
        registry.gauge("forebay.mqtt.connections", connections);
        for (int qos = 0; qos <= 2; qos++) {
            String tag = Integer.toString(qos);
            registry.more().counter("forebay.mqtt.published", Tags.of("qos", tag), published[qos]);
            if (qos > 0) {
                registry.more().counter("forebay.mqtt.acknowledged", Tags.of("qos", tag), acknowledged[qos]);
            }
        }
        registry.more().counter("forebay.mqtt.repeated", Tags.empty(), repeated);
        registry.more().counter("forebay.mqtt.pauses", Tags.empty(), pauses);
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

    void acknowledged(int qos) {
        acknowledged[qos].increment();
    }

    /** A QoS 2 PUBLISH that was in the log already. */
    void repeated() {
        repeated.increment();
    }

    void paused() {
        pauses.increment();
    }

    /** A CONNECT that was not accepted. */
    void refused(String reason) {
        count("forebay.mqtt.refused", reason);
    }

    /** A connection that we ended, by the name of the reason. */
    void disconnected(String reason) {
        count("forebay.mqtt.disconnected", reason);
    }

    private void count(String name, String reason) {
        Counter.builder(name).tag("reason", reason).register(registry).increment();
    }
}
