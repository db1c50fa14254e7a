package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.forebay.simulator.FakeMqttBroker.Packet;
import io.forebay.simulator.ledger.Ledger;
import io.forebay.simulator.ledger.MessagePages;
import io.forebay.simulator.ledger.Stamp;
import io.forebay.simulator.scenario.Scenario;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FleetIT {
    private static final long RUN = 7;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EventLoop loop = new EventLoop();
    private FakeMqttBroker broker;
    private int port;
    private Ledger ledger;
    private Fleets fleet;

    @BeforeEach
    void startBroker() {
        broker = loop.call(() -> new FakeMqttBroker(loop.vertx()));
        port = await(loop.start(broker::start));
    }

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void everyMessageIsPublishedOnceAndInOrder() {
        run(new FleetLoad(10, 3, "a/{device}/b/{topic}", 60, 0, 0, QosMix.MIX, 100, 8), MqttLevel.V3_1_1);

        assertEquals(600, ledger.tally().published());
        assertEquals(420, ledger.tally().acknowledged());
        assertEquals(0, ledger.tally().resent());
        assertEquals(600, publishes().size());
        assertEquals(600, publishes().stream().map(Packet::stamp).distinct().count());
        assertFirstTransmissionsInOrder();
    }

    @Test
    void aDeviceResendsInOrderWithDupAndTheSamePacketId() {
        broker.dropEvery = 17;

        run(FleetLoad.of(5, 200, QosMix.QOS_1), MqttLevel.V3_1_1);

        assertEquals(1000, ledger.tally().acknowledged());
        assertTrue(ledger.tally().resent() > 0);
        assertRepeatsLookLikeTheOriginals();
        assertFirstTransmissionsInOrder();
        assertEquals(0, fleet.statistics().sessionsForgotten);
    }

    @Test
    void theQosTwoHandshakeGoesOnWhereItStopped() {
        broker.dropEvery = 23;
        broker.dropPubCompEvery = 19;

        run(FleetLoad.of(4, 100, QosMix.QOS_2), MqttLevel.V3_1_1);

        assertEquals(400, ledger.tally().acknowledged());
        assertRepeatsLookLikeTheOriginals();
        assertNoPublishAfterItsPubRel();
    }

    @Test
    void speaksMqtt5() {
        broker.dropEvery = 50;

        run(FleetLoad.of(5, 100, QosMix.MIX).withRate(2000), MqttLevel.V5);

        assertEquals(500, ledger.tally().published());
        assertEquals(0, ledger.tally().unacknowledged());
        assertRepeatsLookLikeTheOriginals();
    }

    @Test
    void noSessionIsLeftBehind() {
        run(FleetLoad.of(5, 10, QosMix.QOS_1), MqttLevel.V3_1_1);
        assertEquals(5, loop.call(() -> broker.sessions.size()));

        await(loop.start(fleet::leave));

        assertEquals(0, loop.call(() -> broker.sessions.size()));
    }

    @Test
    void theTimeEndsARunWithoutANumber() {
        run(new FleetLoad(3, 1, FleetLoad.TOPIC_TEMPLATE, 0, 1, 0, QosMix.QOS_1, 64, 4), MqttLevel.V3_1_1);

        assertTrue(ledger.tally().published() > 10);
        assertEquals(0, ledger.tally().unacknowledged());
    }

    @Test
    void aRefusedDeviceIsOneSentence() {
        broker.answer = MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD;

        SimulationException refused =
                assertThrows(SimulationException.class, () -> run(FleetLoad.of(1, 1, QosMix.QOS_1), MqttLevel.V3_1_1));

        assertEquals(
                "Cannot connect device 0 to the MQTT broker at localhost:" + port
                        + ": it refuses the device: bad user name or password.",
                refused.getMessage());
    }

    private void run(FleetLoad load, MqttLevel level) {
        fleet = loop.call(() -> {
            MqttTarget target = new MqttTarget("localhost", port, Credentials.NONE, level);
            AmqpTarget nobody = AmqpTarget.of("localhost", 1, "uplink");
            Scenario scenario = RunPlan.of(new SimulationConfig(target, nobody, load, PATIENCE))
                    .scenario();
            ledger = new Ledger(RUN, scenario.fleets(), MessagePages.temporary(), false);
            return new Fleets(loop.vertx(), scenario, target, ledger, new MicroClock());
        });
        await(loop.start(
                () -> fleet.start().compose(started -> when(() -> fleet.statistics().online == fleet.honest()))));
        await(loop.start(() -> {
            fleet.begin();
            return when(fleet::done);
        }));
    }

    private Future<Boolean> when(BooleanSupplier holds) {
        Promise<Boolean> there = Promise.promise();
        loop.vertx().setPeriodic(5, id -> {
            if (holds.getAsBoolean()) {
                loop.vertx().cancelTimer(id);
                there.complete(true);
            }
        });
        return there.future();
    }

    private long releases() {
        return broker.packets.stream()
                .filter(packet -> packet.type() == MqttMessageType.PUBREL)
                .count();
    }

    @CanIgnoreReturnValue
    private static <T> T await(CompletableFuture<T> waiting) {
        assertTrue(EventLoop.within(waiting, PATIENCE), "not done in " + PATIENCE);
        return waiting.join();
    }

    private List<Packet> publishes() {
        return loop.call(() -> broker.packets.stream()
                .filter(packet -> packet.type() == MqttMessageType.PUBLISH)
                .toList());
    }

    private void assertRepeatsLookLikeTheOriginals() {
        Map<Stamp, Packet> originals = new HashMap<>();
        int repeats = 0;
        for (Packet packet : publishes()) {
            Packet original = originals.putIfAbsent(packet.stamp(), packet);
            if (original != null) {
                repeats++;
                assertTrue(packet.dup(), packet::toString);
                assertEquals(original.packetId(), packet.packetId());
            }
        }
        assertTrue(repeats > 0, "there were no repeats");
        assertResendsOfEachConnectionInOrder();
    }

    private void assertResendsOfEachConnectionInOrder() {
        Map<Integer, List<Long>> byConnection = new HashMap<>();
        for (Packet packet : publishes()) {
            byConnection
                    .computeIfAbsent(packet.connection(), connection -> new ArrayList<>())
                    .add(packet.stamp().sequence());
        }
        byConnection.forEach((connection, sequences) ->
                assertEquals(sequences.stream().sorted().toList(), sequences, "connection " + connection));
    }

    private void assertFirstTransmissionsInOrder() {
        Map<String, Long> highest = new HashMap<>();
        for (Packet packet : publishes()) {
            String lane = packet.stamp().device() + "/" + packet.stamp().topic();
            long before = highest.getOrDefault(lane, -1L);
            assertTrue(packet.stamp().sequence() <= before + 1, () -> packet + " after " + before);
            highest.merge(lane, packet.stamp().sequence(), Math::max);
        }
        assertFalse(highest.isEmpty());
    }

    /** Once PUBREL was sent, only PUBREL may be repeated for that message (MQTT-4.3.3-1). */
    private void assertNoPublishAfterItsPubRel() {
        Map<String, Stamp> lastPublish = new HashMap<>();
        Map<String, Stamp> released = new HashMap<>();
        // A run is over at the last PUBREC, the last PUBREL may still be on its way.
        await(loop.start(() -> when(() -> releases() > 400))); // Some are repeats.
        List<Packet> packets = loop.call(() -> List.copyOf(broker.packets));
        for (Packet packet : packets) {
            String id = packet.clientId() + "#" + packet.packetId();
            if (packet.type() == MqttMessageType.PUBREL) {
                released.put(id, lastPublish.get(id));
            } else {
                lastPublish.put(id, packet.stamp());
                assertFalse(packet.stamp().equals(released.get(id)), packet::toString);
            }
        }
        assertEquals(
                4,
                packets.stream()
                        .map(Packet::clientId)
                        .distinct()
                        .sorted(Comparator.naturalOrder())
                        .count());
    }
}
