package io.forebay.bridge.downlink;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What the downlink counts. Counters belong to its thread; gauges read the published status. */
final class DownlinkMeters {
    private final MeterRegistry registry;
    private final Map<String, Counter> outcomes = new HashMap<>();
    private final Counter accepted;
    private final Counter released;
    private final Counter unheard;
    private final Counter leftOut;
    private final Counter reconnects;

    DownlinkMeters(MeterRegistry registry, Supplier<DownlinkStatus> status) {
        this.registry = registry;
        accepted = outcome("accepted", "");
        released = outcome("released", "");
        unheard = outcome("unheard", "");
        leftOut = Counter.builder("forebay.downlink.properties.left.out")
                .description("Messages some of whose properties do not fit into MQTT and were left out")
                .register(registry);
        reconnects = Counter.builder("forebay.downlink.reconnects")
                .description("Connections to the broker that were lost")
                .register(registry);
        gauge("forebay.downlink.connected", "1 while there is an AMQP connection", status, s -> s.connected() ? 1 : 0);
        gauge("forebay.downlink.links", "Addresses that are listened to", status, DownlinkStatus::links);
        gauge("forebay.downlink.unsettled", "Messages received and not settled", status, DownlinkStatus::unsettled);
        gauge(
                "forebay.downlink.devices.waiting",
                "Connected devices whose address is not listened to, for want of links",
                status,
                DownlinkStatus::devicesWaiting);
    }

    private void gauge(
            String name, String description, Supplier<DownlinkStatus> status, ToDoubleFunction<DownlinkStatus> value) {
        Gauge.builder(name, () -> value.applyAsDouble(status.get()))
                .description(description)
                .register(registry);
    }

    private Counter outcome(String name, String condition) {
        return outcomes.computeIfAbsent(name + condition, key -> Counter.builder("forebay.downlink.messages")
                .description("Messages from the broker by what became of them; unheard: stored, but the broker"
                        + " was gone before it could be told, and will send it again")
                .tag("outcome", name)
                .tag("condition", condition)
                .register(registry));
    }

    void onAccepted(boolean told) {
        (told ? accepted : unheard).increment();
    }

    void onReleased() {
        released.increment();
    }

    /** @param condition why, where it was to be settled when delivered */
    void onReleased(String condition) {
        outcome("released", condition).increment();
    }

    void onRejected(String condition) {
        outcome("rejected", condition).increment();
    }

    void onLeftOut() {
        leftOut.increment();
    }

    void onReconnect() {
        reconnects.increment();
    }
}
