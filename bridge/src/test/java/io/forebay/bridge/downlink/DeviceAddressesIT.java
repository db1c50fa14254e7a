package io.forebay.bridge.downlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Addresses that are listened to while their device is connected. */
class DeviceAddressesIT extends DownlinkFixture {
    private static DownlinkAddress perDevice() {
        return DownlinkAddress.of("to.{clientId}").withTopic("devices/{clientId}/{subject}");
    }

    @Test
    void addressOfADeviceIsListenedToWhileItIsConnected() throws Exception {
        start(perDevice());
        broker.put("to.d1", "reboot", "1");
        downlink.deviceConnected("d1", 1);
        broker.await("it is accepted", () -> broker.accepted() == 1);
        assertEquals("devices/d1/reboot", log.durable().get(0).topic());
        assertEquals(Set.of("to.d1"), broker.links());

        downlink.deviceDisconnected("d1", 1);
        broker.await("nobody listens", () -> broker.links().isEmpty());
        broker.put("to.d1", "reboot", "2");
        downlink.deviceConnected("d1", 2);
        broker.await("it is accepted", () -> broker.accepted() == 2);
    }

    @Test
    void endOfAnEarlierConnectionDoesNotTouchTheLaterOne() throws Exception {
        start(perDevice());
        downlink.deviceConnected("d1", 1);
        downlink.deviceConnected("d1", 2);
        downlink.deviceDisconnected("d1", 1);
        broker.put("to.d1", "s", "1");
        broker.await("it is accepted", () -> broker.accepted() == 1);
        assertEquals(Set.of("to.d1"), broker.links());
    }

    @Test
    void moreDevicesThanLinksWaitForEachOther() throws Exception {
        start(quick(perDevice()).withLimits(2 << 20, 1 << 20, 2));
        for (int i = 0; i < 4; i++) {
            broker.put("to.d" + i, "s", "" + i);
            downlink.deviceConnected("d" + i, 1);
        }
        broker.await("two are listened to", () -> broker.accepted() == 2);
        broker.await("the others wait", () -> downlink.status().devicesWaiting() == 2);
        assertEquals(Set.of("to.d0", "to.d1"), broker.links());

        downlink.deviceDisconnected("d2", 1);
        downlink.deviceDisconnected("d0", 1);
        broker.await("the next one has its turn", () -> broker.links().equals(Set.of("to.d1", "to.d3")));
        assertEquals(0, broker.linksRefused());
    }

    @Test
    void deviceWhoseAddressEndsTheSessionDoesNotKeepOthersFromTheirs() throws Exception {
        broker.endSessionOver("to.bad"::equals);
        start(perDevice(), DownlinkAddress.of("downlink"));
        for (int i = 0; i < 100; i++) {
            downlink.deviceConnected(i == 50 ? "bad" : "d" + i, 1);
        }
        for (int i = 0; i < 100; i++) {
            broker.put("to.d" + i, "s", "x");
        }
        broker.await("the bad one has been tried more than once", () -> broker.linksRefused() >= 3);
        broker.await("all others are accepted", () -> broker.accepted() == 99);
        assertEquals(1, broker.connectionsSeen());
    }

    @Test
    void connectedDevicesAreListenedToAgainAfterTheBrokerWasAway() throws Exception {
        start(perDevice());
        for (int i = 0; i < 20; i++) {
            downlink.deviceConnected("d" + i, 1);
        }
        broker.await("all are listened to", () -> broker.links().size() == 20);
        broker.dropConnections();
        broker.await("the connection is another", () -> broker.connectionsSeen() == 2);
        broker.await("all are listened to again", () -> broker.links().size() == 20);
    }

    @Test
    void whatTheLogHasOfADeviceThatLeavesIsStillAccepted() throws Exception {
        start(perDevice());
        broker.put("to.d1", "s", "1");
        for (int epoch = 1; broker.accepted() == 0; epoch++) {
            log.syncs(false);
            downlink.deviceConnected("d1", epoch);
            broker.await("it is with the log", () -> log.pending() == 1);
            long leftAt = System.nanoTime();
            downlink.deviceDisconnected("d1", epoch);
            log.syncs(true);
            long tookMs = (System.nanoTime() - leftAt) / 1_000_000;
            broker.await("nobody listens", () -> broker.links().isEmpty());
            // Unless this machine stood still for as long as it is waited for: then it goes back.
            assertTrue(broker.accepted() == 1 || tookMs > 900, "given back after " + tookMs + " ms");
        }
    }
}
