package io.forebay.simulator.scenario;

import java.time.Duration;
import java.util.List;

/**
 * One run, repeatable: the same scenario with the same seed does the same at the same time.
 *
 * @param name one word or two, for the report
 * @param about one sentence
 * @param seed of everything that looks like chance
 * @param endpoints where the two ends are, as far as the file says so
 * @param fleets who connects, in order
 * @param phases what happens when; empty: until every device has published what it has to
 * @param faults what is broken on purpose
 * @param proxies TCP proxies besides the two that stand before the MQTT and the AMQP broker
 * @param limits what bounds the run
 */
public record Scenario(
        String name,
        String about,
        long seed,
        Endpoints endpoints,
        List<FleetSpec> fleets,
        List<PhaseSpec> phases,
        List<FaultSpec> faults,
        List<ProxySpec> proxies,
        Limits limits) {
    public static final int DEVICES_MAX = 1_000_000;
    public static final long LANES_MAX = 1_000_000;

    /**
     * @param settle how long nothing may move, while something is outstanding, before the run is given up
     * @param handshakesMax devices that shake hands at a time; the others wait in line (storms do not care)
     * @param connect how long a device waits for each of TCP, TLS and CONNACK before it gives up and tries again
     * @param dueMax messages that are due at one device and not yet sent; more are skipped, counted and complained of
     */
    public record Limits(Duration settle, int handshakesMax, Duration connect, int dueMax) {
        public static final Limits DEFAULT = new Limits(Duration.ofSeconds(30), 128, Duration.ofSeconds(10), 10_000);

        public Limits withSettle(Duration other) {
            return new Limits(other, handshakesMax, connect, dueMax);
        }
    }

    public Scenario {
        fleets = List.copyOf(fleets);
        phases = List.copyOf(phases);
        faults = List.copyOf(faults);
        proxies = List.copyOf(proxies);
    }

    public int devices() {
        return fleets.stream().mapToInt(FleetSpec::devices).sum();
    }

    /** How long the phases take together; zero if there are none. */
    public Duration length() {
        return phases.stream().map(PhaseSpec::length).reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * Devices and rates times {@code load}; phases, faults, storms, bursts and days times {@code time}. A drain is not made
     * shorter: what is on its way does not know that it has less time. Nor is what devices do wrong made more frequent.
     */
    public Scenario scaled(double load, double time) {
        return new Scenario(
                name,
                about,
                seed,
                endpoints,
                fleets.stream().map(fleet -> fleet.scaled(load, time)).toList(),
                phases.stream().map(phase -> phase.scaled(time)).toList(),
                faults.stream().map(fault -> fault.scaled(time)).toList(),
                proxies,
                limits);
    }

    public Scenario withSeed(long other) {
        return new Scenario(name, about, other, endpoints, fleets, phases, faults, proxies, limits);
    }

    public Scenario withFleets(List<FleetSpec> others) {
        return new Scenario(name, about, seed, endpoints, others, phases, faults, proxies, limits);
    }

    public Scenario withLimits(Limits others) {
        return new Scenario(name, about, seed, endpoints, fleets, phases, faults, proxies, others);
    }

    public Scenario withFaults(List<FaultSpec> others) {
        return new Scenario(name, about, seed, endpoints, fleets, phases, others, proxies, limits);
    }

    static Duration times(Duration duration, double factor) {
        return Duration.ofNanos(Math.round(duration.toNanos() * factor));
    }
}
