package io.forebay.simulator;

import io.forebay.simulator.scenario.Endpoints;
import io.forebay.simulator.scenario.Scenario;
import java.nio.file.Path;
import java.util.List;

/**
 * A scenario and where it is run.
 *
 * @param scenario what is done
 * @param mqtt where the devices connect to; its credentials and level do not count, the fleets have their own
 * @param verify how what comes out is received
 * @param amqp AMQP: one for each address
 * @param subscription MQTT: where the consumer subscribes, and to what
 * @param orderPerQos whether order is looked at only among messages of the same QoS
 * @param ledgerDirectory where the ledger goes when it gets large
 * @param ledgerBytesMax the run is ended when the ledger is larger than this
 * @param metricsPort Prometheus during the run; 0: none
 */
record RunPlan(
        Scenario scenario,
        MqttTarget mqtt,
        Verify verify,
        List<AmqpTarget> amqp,
        Subscription subscription,
        boolean orderPerQos,
        Path ledgerDirectory,
        long ledgerBytesMax,
        int metricsPort) {
    /** How what comes out at the other end is received. */
    enum Verify {
        AMQP,
        MQTT,
        /** Not at all: only acknowledgements count. */
        NONE
    }

    static final long LEDGER_BYTES_MAX = 16L << 30;

    static RunPlan of(SimulationConfig config) {
        FleetLoad load = config.load();
        Scenario scenario = new Scenario(
                "simulate",
                "",
                1,
                Endpoints.UNSAID,
                List.of(load.fleet(config.mqtt())),
                SimulationConfig.phases(load),
                List.of(),
                List.of(),
                Scenario.Limits.DEFAULT.withSettle(config.settle()));
        return new RunPlan(
                scenario,
                config.mqtt(),
                Verify.AMQP,
                List.of(config.amqp()),
                new Subscription(
                        config.mqtt(),
                        Subscription.like(scenario.fleets().get(0).connection()),
                        TopicFilters.of(scenario)),
                false,
                Path.of(System.getProperty("java.io.tmpdir")),
                LEDGER_BYTES_MAX,
                0);
    }

    /** The same, with the two ends somewhere else. */
    RunPlan via(MqttTarget otherMqtt, List<AmqpTarget> otherAmqp) {
        return new RunPlan(
                scenario,
                otherMqtt,
                verify,
                otherAmqp,
                subscription,
                orderPerQos,
                ledgerDirectory,
                ledgerBytesMax,
                metricsPort);
    }
}
