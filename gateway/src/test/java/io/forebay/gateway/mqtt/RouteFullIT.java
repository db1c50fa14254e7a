package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.mqtt.ProtocolConfig.WhenLogFull;
import io.forebay.gateway.security.Authentication;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What devices meet whose route has its share of the log, while other routes have room. */
@Timeout(120)
class RouteFullIT {
    private final FakeAmqpSide amqpSide = new FakeAmqpSide(topic -> true);
    private final Rig rig = Rig.start(Rig.CONFIG, false, Authentication.NONE, amqpSide);

    @AfterEach
    void stop() {
        rig.close();
    }

    private List<String> payloads() {
        return rig.log.messages().stream()
                .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    private double refused() {
        return rig.count("forebay.mqtt.publish.refused", "reason", "quota_exceeded");
    }

    @Test
    void refusedIsWhatGoesToTheFullRouteAndNothingElse() throws Exception {
        amqpSide.full("full", WhenLogFull.REFUSE);
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(
                    RawDevice.publish(0, 0, "full", "0"),
                    RawDevice.publish(1, 1, "full", "1"),
                    RawDevice.publish(2, 2, "full", "2"),
                    RawDevice.publish(1, 3, "other", "3"));
            assertEquals("PUBACK 1 0x97", device.receiveText());
            assertEquals("PUBREC 2 0x97", device.receiveText());
            assertEquals("PUBACK 3", device.receiveText());
            assertEquals(3, refused());
            amqpSide.room("full");
            device.send(RawDevice.publish(2, 2, "full", "4"));
            assertEquals("PUBREC 2", device.receiveText());
        }
        assertEquals(List.of("3", "4"), payloads());
    }

    @Test
    void repeatAtQos2IsNotRefusedForItMayBeInTheLog() throws Exception {
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(2, 2, "full", "1"));
            assertEquals("PUBREC 2", device.receiveText());
            amqpSide.full("full", WhenLogFull.REFUSE);
            // The same once more, with DUP.
            device.sendHex("3c 0a 0004 66756c6c 0002 00 31");
            Rig.until(() -> amqpSide.waitingForRoom() == 1);
            amqpSide.room("full");
            assertEquals("PUBREC 2", device.receiveText());
        }
        assertEquals(List.of("1"), payloads());
    }

    @Test
    void whoCannotBeToldIsPausedAndServedInOrderWhenThereIsRoom() throws Exception {
        amqpSide.full("full", WhenLogFull.REFUSE);
        try (RawDevice old = RawDevice.connected311(rig.port(), "old");
                RawDevice other = RawDevice.connected311(rig.port(), "other")) {
            old.send(
                    RawDevice.publish(1, 1, "full", "1"),
                    RawDevice.publish(1, 2, "other", "2"),
                    RawDevice.publish(1, 3, "full", "3"));
            Rig.until(() -> amqpSide.waitingForRoom() == 1);
            other.send(RawDevice.publish(1, 1, "other", "x"));
            assertEquals("PUBACK 1", other.receiveText());
            assertTrue(old.silentFor(100), "it was answered");
            assertEquals(List.of("x"), payloads(), "nothing is appended beyond the share");

            amqpSide.room("full");
            assertEquals("PUBACK 1", old.receiveText());
            assertEquals("PUBACK 2", old.receiveText());
            assertEquals("PUBACK 3", old.receiveText());
        }
        assertEquals(List.of("x", "1", "2", "3"), payloads());
    }

    @Test
    void pausedIsWhoeverPublishesToARouteThatPauses() throws Exception {
        amqpSide.full("full", WhenLogFull.PAUSE);
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(1, 1, "full", "1"));
            Rig.until(() -> amqpSide.waitingForRoom() == 1);
            assertTrue(device.silentFor(100), "it was answered");
            amqpSide.room("full");
            assertEquals("PUBACK 1", device.receiveText());
        }
    }

    @Test
    void whoeverLeavesWaitsNoMoreAndWhatWasNotKeptIsCounted() throws Exception {
        amqpSide.full("full", WhenLogFull.PAUSE);
        try (RawDevice device = RawDevice.connected(rig.port(), "d")) {
            device.send(RawDevice.publish(0, 0, "full", "1"));
            Rig.until(() -> amqpSide.waitingForRoom() == 1);
        }
        Rig.until(() -> amqpSide.waitingForRoom() == 0 && refused() == 1);
        assertEquals(List.of(), payloads());
    }
}
