package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.ledger.Tally;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole runs: a fake gateway made of {@link FakeMqttBroker} and {@link FakeBridge}, a real AMQP broker behind it. */
class SimulationIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of a run that loses messages on purpose, which always takes so long. */
    private static final Duration LOSSES_SETTLE = Duration.ofSeconds(3);

    private final EventLoop loop = new EventLoop();
    private EmbeddedArtemis artemis;
    private FakeMqttBroker broker;
    private FakeBridge bridge;
    private MqttTarget mqtt;
    private int carried;

    @BeforeEach
    void start() throws Exception {
        artemis = new EmbeddedArtemis();
        broker = loop.call(() -> new FakeMqttBroker(loop.vertx()));
        var listening = loop.start(broker::start);
        var bridging = loop.start(() -> FakeBridge.open(loop.vertx(), artemis.target()));
        assertTrue(EventLoop.within(listening, PATIENCE) && EventLoop.within(bridging, PATIENCE));
        mqtt = MqttTarget.of("localhost", listening.join());
        bridge = bridging.join();
        broker.onPayload = bridge::send;
    }

    @AfterEach
    void stop() throws Exception {
        loop.close();
        artemis.stop();
    }

    @Test
    void aCleanInstallationGetsACleanVerdict() {
        List<Progress> seen = new ArrayList<>();

        Report report = Simulation.run(config(FleetLoad.of(20, 100, QosMix.MIX)), seen::add);

        assertEquals(Report.EXIT_CLEAN, report.exitCode(), report::toString);
        assertEquals(2000, report.tally().published());
        assertEquals(2000, report.tally().arrived());
        assertEquals(0, report.tally().repeated(), report::toString);
        assertEquals(Progress.Phase.DONE, seen.get(seen.size() - 1).phase());
        assertEquals(0, loop.call(() -> broker.sessions.size()));
    }

    @Test
    void whatALyingBrokerDoesIsCountedExactly() {
        broker.onPayload = this::carryBadly;

        Report report =
                Simulation.run(config(FleetLoad.of(1, 1000, QosMix.QOS_1), LOSSES_SETTLE), ProgressListener.SILENT);

        Tally tally = report.tally();
        assertEquals(1000, tally.acknowledged());
        assertEquals(20, tally.lost(), report::toString);
        assertEquals(10, tally.corrupt(), report::toString);
        assertEquals(10, tally.repeatedSameId(), report::toString);
        assertEquals(10, tally.repeatedOtherId(), report::toString);
        assertEquals(10, tally.foreign(), report::toString);
        assertEquals(10, tally.outOfOrder(), report::toString);
        assertEquals(Report.EXIT_BROKEN_PROMISE, report.exitCode());
        assertTrue(report.givenUp());
    }

    private byte[] heldBack;

    /** Of each hundred messages one is lost, one damaged, two repeated, one swapped with the next, one strange one added. */
    private void carryBadly(byte[] payload) {
        int kind = carried++ % 100;
        switch (kind) {
            case 10 -> {} // lost
            case 20 -> {
                payload[payload.length - 1] ^= 1;
                bridge.send(payload);
            }
            case 30 -> {
                bridge.send(payload, "again-" + carried);
                bridge.send(payload, "again-" + carried);
            }
            case 40 -> {
                bridge.send(payload);
                bridge.send(payload);
            }
            case 50 -> heldBack = payload;
            case 51 -> {
                bridge.send(payload);
                bridge.send(heldBack);
            }
            case 60 -> {
                bridge.send(new byte[] {1, 2, 3});
                bridge.send(payload);
            }
            default -> bridge.send(payload);
        }
    }

    @Test
    void lostAcknowledgementsOfDevicesAreNoFaultOfTheBroker() {
        broker.dropEvery = 40;

        Report report = Simulation.run(config(FleetLoad.of(10, 100, QosMix.QOS_1)), ProgressListener.SILENT);

        assertEquals(Report.EXIT_CLEAN, report.exitCode(), report::toString);
        assertTrue(report.tally().repeatedByDevice() > 0, report::toString);
        assertTrue(report.trouble().connectionsLost() > 0, report::toString);
    }

    @Test
    void theConsumerComesBackAfterTheBroker() {
        AtomicInteger atOldBroker = new AtomicInteger();
        broker.onPayload = payload -> {
            atOldBroker.incrementAndGet();
            bridge.send(payload);
        };
        Restart restart = new Restart(atOldBroker);

        Report report = Simulation.run(config(FleetLoad.of(2, 300, QosMix.QOS_1).withRate(150)), restart);

        assertTrue(restart.done, "the broker was not restarted");
        assertTrue(report.clean(), report::toString);
        assertEquals(600, report.tally().arrived());
        assertTrue(report.trouble().consumerReconnects() > 0, report::toString);
    }

    /**
     * Restarts the AMQP broker in the middle of a run, when its queue, which it would lose, is empty; what is published
     * meanwhile waits. Owned by the thread of the test.
     */
    private final class Restart implements ProgressListener {
        private final AtomicInteger atOldBroker;
        private final Deque<byte[]> waiting = new ArrayDeque<>();
        private boolean begun;
        boolean done;

        Restart(AtomicInteger atOldBroker) {
            this.atOldBroker = atOldBroker;
        }

        @Override
        public void onProgress(Progress progress) {
            if (!begun && progress.tally().arrived() > 50) {
                begun = true;
                loop.call(() -> broker.onPayload = waiting::add);
            } else if (begun && !done && progress.tally().arrived() == atOldBroker.get()) {
                done = true;
                restart();
            }
        }

        private void restart() {
            try {
                artemis.stop();
                artemis.start();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            var bridging = loop.start(() -> FakeBridge.open(loop.vertx(), artemis.target()));
            assertTrue(EventLoop.within(bridging, PATIENCE));
            FakeBridge fresh = bridging.join();
            loop.call(() -> {
                waiting.forEach(fresh::send);
                broker.onPayload = fresh::send;
                return true;
            });
        }
    }

    @Test
    void anAddressThatIsRefusedIsOneSentence() {
        AmqpTarget elsewhere = AmqpTarget.of("localhost", artemis.target().port(), "nowhere");
        SimulationConfig config = new SimulationConfig(mqtt, elsewhere, FleetLoad.of(1, 1, QosMix.QOS_1), PATIENCE);

        SimulationException refused =
                assertThrows(SimulationException.class, () -> Simulation.run(config, ProgressListener.SILENT));

        assertTrue(
                refused.getMessage()
                        .startsWith("Cannot receive from the AMQP broker at " + elsewhere
                                + ": it refuses the address 'nowhere': "),
                refused::getMessage);
    }

    @Test
    void aClosedPortIsOneSentenceOnBothSides() throws IOException {
        try (ReservedPort closed = new ReservedPort()) {
            FleetLoad load = FleetLoad.of(1, 1, QosMix.QOS_1);
            SimulationConfig noAmqp =
                    new SimulationConfig(mqtt, AmqpTarget.of("localhost", closed.number(), "uplink"), load, PATIENCE);
            SimulationConfig noMqtt =
                    new SimulationConfig(MqttTarget.of("localhost", closed.number()), artemis.target(), load, PATIENCE);

            assertEquals(
                    "Cannot receive from the AMQP broker at localhost:" + closed.number()
                            + ": nothing listens on that port.",
                    refusal(noAmqp));
            assertEquals(
                    "Cannot connect device 0 to the MQTT broker at localhost:" + closed.number()
                            + ": nothing listens on that port.",
                    refusal(noMqtt));
        }
    }

    private static String refusal(SimulationConfig config) {
        return assertThrows(SimulationException.class, () -> Simulation.run(config, ProgressListener.SILENT))
                .getMessage();
    }

    @Test
    void theDrainCounterCountsEveryArrival() {
        try (DrainCounter counter = DrainCounter.open(artemis.target())) {
            loop.call(() -> {
                for (int i = 0; i < 5000; i++) {
                    bridge.send(new byte[100]);
                }
                return true;
            });

            DrainCounter.Drained drained = counter.waitFor(5000, PATIENCE);

            assertEquals(5000, drained.messages());
            assertTrue(drained.messagesPerSecond() > 0);
        }
    }

    private SimulationConfig config(FleetLoad load) {
        return config(load, PATIENCE);
    }

    private SimulationConfig config(FleetLoad load, Duration settle) {
        return new SimulationConfig(mqtt, artemis.target(), load, settle);
    }
}
