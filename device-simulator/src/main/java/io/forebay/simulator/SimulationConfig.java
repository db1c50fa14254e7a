package io.forebay.simulator;

import io.forebay.simulator.scenario.PhaseSpec;
import java.time.Duration;
import java.util.List;

/**
 * One run.
 *
 * @param mqtt where the devices connect to
 * @param amqp where the consumer receives from
 * @param load what is published
 * @param settle how long nothing may move, while something is outstanding, before the run is given up
 */
public record SimulationConfig(MqttTarget mqtt, AmqpTarget amqp, FleetLoad load, Duration settle) {
    public static final Duration SETTLE = Duration.ofSeconds(30);

    public SimulationConfig {
        if (settle.isNegative() || settle.isZero()) {
            throw new IllegalArgumentException("the settle time must be positive");
        }
    }

    static List<PhaseSpec> phases(FleetLoad load) {
        return load.seconds() == 0
                ? List.of()
                : List.of(PhaseSpec.steady("publishing", Duration.ofSeconds(load.seconds())));
    }
}
