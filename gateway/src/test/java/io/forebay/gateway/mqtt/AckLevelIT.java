package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.security.Authentication;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a device is told that its message arrived, by the ack level of the topic's route. */
@Timeout(120)
class AckLevelIT {
    private final FakeAmqpSide amqpSide = new FakeAmqpSide(topic -> true);
    private final Rig rig = Rig.start(Rig.CONFIG, false, Authentication.NONE, amqpSide);

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void acceptedAndAppendedDoNotWaitForTheDiskButSyncedDoes() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            rig.log.hold();
            device.send(RawDevice.publish(1, 1, "synced", "x"), RawDevice.publish(1, 2, "accepted", "x"));
            assertEquals("PUBACK 2", device.receiveText());
            device.send(RawDevice.publish(2, 3, "appended", "x"));
            assertEquals("PUBREC 3", device.receiveText());
            assertTrue(device.silentFor(100), "it was acknowledged before it was durable");
            rig.log.sync();
            assertEquals("PUBACK 1", device.receiveText());
        }
        assertEquals(1, acknowledged("accepted"));
        assertEquals(1, acknowledged("appended"));
        assertEquals(1, acknowledged("synced"));
    }

    @Test
    void brokeredWaitsForTheBrokerAndHoldsUpNothingElse() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(
                    RawDevice.publish(1, 1, "brokered/a", "x"),
                    RawDevice.publish(2, 2, "brokered/b", "x"),
                    RawDevice.publish(1, 3, "synced", "x"));
            assertEquals("PUBACK 3", device.receiveText());
            awaitWaiting(2);
            amqpSide.settle("brokered/b", true);
            assertEquals("PUBREC 2", device.receiveText());
            amqpSide.settle("brokered/a", true);
            assertEquals("PUBACK 1", device.receiveText());
        }
    }

    @Test
    void whatTheBrokerDidNotTakeIsToldWith0x83AndItsPacketIdIsFree() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(1, 1, "brokered/a", "x"), RawDevice.publish(2, 2, "brokered/a", "first"));
            awaitWaiting(2);
            amqpSide.settle("brokered/a", false);
            assertEquals("PUBACK 1 0x83", device.receiveText());
            assertEquals("PUBREC 2 0x83", device.receiveText());
            device.send(RawDevice.publish(2, 2, "synced", "second"));
            assertEquals("PUBREC 2", device.receiveText());
        }
        assertEquals("second", new String(rig.log.messages().get(2).payload(), StandardCharsets.UTF_8));
        try (RawDevice device = RawDevice.connected311(rig.port(), "e")) {
            device.send(RawDevice.publish(1, 1, "brokered/a", "x"));
            awaitWaiting(1);
            amqpSide.settle("brokered/a", false);
            assertEquals("PUBACK 1", device.receiveText(), "3.1.1 has no word for it, and it is in the quarantine");
        }
    }

    @Test
    void devicesThatWaitForTheBrokerAreHeldBackByTheirWindow() throws Exception {
        try (RawDevice device = RawDevice.connected311(rig.port(), "d")) {
            for (int id = 1; id <= Rig.RECEIVE_MAXIMUM + 5; id++) {
                device.send(RawDevice.publish(1, id, "brokered", "x"));
            }
            awaitWaiting(Rig.RECEIVE_MAXIMUM);
            assertTrue(device.silentFor(100), "something was acknowledged");
            assertTrue(amqpSide.waiting.size() < Rig.RECEIVE_MAXIMUM + 5, "its socket was read on");
            amqpSide.settle("brokered", true);
            Rig.until(() -> rig.log.messages().size() == Rig.RECEIVE_MAXIMUM + 5);
        }
    }

    @Test
    void whoeverIsGoneDoesNotWaitAnyMore() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(1, 1, "brokered", "x"));
            awaitWaiting(1);
        }
        awaitWaiting(0);
    }

    private void awaitWaiting(int count) {
        Rig.until(() -> amqpSide.waiting.size() == count);
    }

    private double acknowledged(String level) {
        return rig.meters.find("forebay.mqtt.acknowledged").tag("level", level).functionCounters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }
}
