package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.ledger.Tally;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The judge is judged: whatever a gateway does wrong on purpose is found, counted exactly, and nothing else is. */
class FaultyGatewayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final long SEED = Long.getLong("forebay.seed", System.nanoTime());

    private final EventLoop loop = new EventLoop();
    private FakeMqttBroker broker;
    private FakeAmqpPeer peer;
    private int mqttPort;
    private int amqpPort;

    @BeforeEach
    void start() {
        broker = loop.call(() -> new FakeMqttBroker(loop.vertx()));
        peer = loop.call(() -> new FakeAmqpPeer(loop.vertx()));
        var mqtt = loop.start(broker::start);
        var amqp = loop.start(peer::start);
        assertTrue(EventLoop.within(mqtt, PATIENCE) && EventLoop.within(amqp, PATIENCE));
        mqttPort = mqtt.join();
        amqpPort = amqp.join();
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    @Test
    void aCleanGatewayIsFoundClean() {
        Report report = run(gateway(0, 0), new FleetLoad(20, 2, "a/{device}", 200, 0, 0, QosMix.QOS_1, 100, 16));

        assertEquals(Report.EXIT_CLEAN, report.exitCode(), report::toString);
        assertEquals(4_000, report.tally().arrived());
        assertEquals(0, report.tally().repeated());
        assertEquals(0, report.gaps().gaps());
    }

    @Test
    void everyFaultIsCountedExactly() {
        FaultyGateway gateway = gateway(0.2, 0);

        Report report = run(gateway, new FleetLoad(15, 2, "a/{device}", 400, 0, 0, QosMix.QOS_1, 100, 16));

        assertFound(gateway, report);
        assertEquals(Report.EXIT_BROKEN_PROMISE, report.exitCode());
        assertEquals(report.tally().lost() > 0, report.gaps().gaps() > 0);
    }

    @Test
    void overLostConnectionsAsWell() {
        broker.dropEvery = 300;
        FaultyGateway gateway = gateway(0.1, 0);

        Report report = run(gateway, new FleetLoad(10, 1, "a/{device}", 300, 0, 0, QosMix.QOS_1, 100, 8));

        assertTrue(report.trouble().connectionsLost() > 0, report::toString);
        assertFound(gateway, report);
    }

    @Test
    void aSlowGatewayIsNotTakenForABadOne() {
        FaultyGateway gateway = gateway(0, 300);

        Report report = run(gateway, new FleetLoad(5, 1, "a/{device}", 100, 0, 0, QosMix.QOS_1, 100, 16));

        assertTrue(report.clean(), report::toString);
        assertTrue(report.arriving().p50Us() >= 300_000, report::toString);
        assertTrue(report.acknowledging().p50Us() < 300_000, report::toString);
    }

    @Test
    void connectionsThatBreakOnBothSidesAreNoFault() {
        broker.dropEvery = 150;
        peer.dropEvery = 333;

        Report report = run(gateway(0, 0), new FleetLoad(10, 1, "a/{device}", 300, 0, 0, QosMix.QOS_1, 100, 8));

        assertTrue(report.clean(), report::toString);
        assertTrue(report.trouble().consumerReconnects() > 0, report::toString);
        assertTrue(report.trouble().connectionsLost() > 0, report::toString);
    }

    /** A stall of the broker is not forgiven to the messages that could not be sent because of it. */
    @Test
    void latencyCountsFromWhenAMessageWasDue() {
        broker.stallAfter = 100;
        broker.stallMs = 1_000;

        Report report = run(gateway(0, 0), new FleetLoad(4, 1, "a/{device}", 0, 3, 200, QosMix.QOS_1, 100, 1));

        assertTrue(report.clean(), report::toString);
        // A window of one sends one message per device into the stall; a third of all are due during it.
        assertTrue(report.acknowledging().p99Us() > 700_000, report::toString);
        assertTrue(
                3 * report.acknowledging().p50Us() < 2 * report.acknowledging().p99Us(), report::toString);
    }

    private FaultyGateway gateway(double faultShare, long delayMs) {
        return loop.call(() -> new FaultyGateway(loop.vertx(), peer, SEED, faultShare, delayMs));
    }

    private Report run(FaultyGateway gateway, FleetLoad load) {
        broker.onPayload = gateway::carry;
        SimulationConfig config = new SimulationConfig(
                MqttTarget.of("localhost", mqttPort), AmqpTarget.of("localhost", amqpPort, "uplink"), load, SETTLE);
        return Simulation.run(config, ProgressListener.SILENT);
    }

    private void assertFound(FaultyGateway gateway, Report report) {
        FaultyGateway.Found expected = loop.call(gateway::expected);
        Tally tally = report.tally();
        String seed = "seed " + SEED + "\n" + report;
        assertEquals(expected.arrived, tally.arrived(), seed);
        assertEquals(expected.lost, tally.lost(), seed);
        assertEquals(expected.corrupt, tally.corrupt(), seed);
        assertEquals(expected.outOfOrder, tally.outOfOrder(), seed);
        assertEquals(expected.sameId, tally.repeatedSameId(), seed);
        // Whether a second id has an excuse depends on what came first, the repeat or the device's resend of the
        // message.
        long otherIds = expected.otherId + expected.byDevice;
        assertEquals(otherIds, tally.repeatedOtherId() + tally.repeatedByDevice(), seed);
        assertTrue(tally.resent() > 0 || tally.repeatedByDevice() == 0, seed);
        assertEquals(gateway.foreign, tally.foreign(), seed);
        assertEquals(gateway.invented, tally.invented(), seed);
        assertTrue(tally.lost() > 0 && tally.corrupt() > 0 && tally.outOfOrder() > 0, seed);
    }
}
