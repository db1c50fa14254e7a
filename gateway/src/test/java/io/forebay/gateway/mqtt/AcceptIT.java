package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.mqtt.accept.AcceptGate.Door;
import io.forebay.gateway.mqtt.accept.AcceptLimits;
import io.forebay.gateway.security.Authentication;
import io.forebay.gateway.security.AuthenticationChain;
import io.forebay.gateway.security.AuthenticationMeters;
import io.forebay.gateway.security.Authenticator;
import io.forebay.gateway.security.Identity;
import io.forebay.gateway.security.Proof;
import io.forebay.gateway.security.Verdict;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Who is let in and when, on real sockets. */
class AcceptIT {
    private static final int TURN_MS = 60_000;

    private static AcceptLimits limits(int handshakes, int waiting, int perAddress) {
        return new AcceptLimits(handshakes, TURN_MS, waiting, 30_000, perAddress, 0, 0, 100);
    }

    @Test
    void anAddressThatHasItsConnectionsGetsNoFurtherOneUntilOneEnds() throws Exception {
        try (Rig rig = Rig.gated(Rig.CONFIG, limits(10, 10, 2), Door.DIRECT)) {
            RawDevice first = RawDevice.connected(rig.port(), "a");
            try (RawDevice second = RawDevice.connected(rig.port(), "b")) {
                assertClosed(rig.port());
                assertEquals(1, rig.count("forebay.mqtt.accept.refused", "limit", "connections-per-address-max"));

                first.close();
                Rig.until(() -> isLetIn(rig.port()));
                second.send(RawDevice.ping());
                assertEquals("PINGRESP", second.receiveText());
            }
        }
    }

    @Test
    void whoHasToWaitIsReadWhenTheOneBeforeItHasItsConnack() throws Exception {
        try (Rig rig = Rig.gated(Rig.CONFIG, limits(1, 10, 0), Door.DIRECT);
                RawDevice first = new RawDevice(rig.port())) {
            awaitHandshakes(rig, 1);
            try (RawDevice second = new RawDevice(rig.port())) {
                second.send(RawDevice.connect("second").build());
                Rig.until(() ->
                        rig.meters.get("forebay.mqtt.accept.waiting").gauge().value() == 1);
                Rig.until(
                        () -> rig.meters.get("forebay.mqtt.connections").gauge().value() == 1);

                first.send(RawDevice.connect("first").build());
                assertEquals("CONNACK", first.receiveText());
                assertEquals("CONNACK", second.receiveText());
            }
        }
    }

    @Test
    void beyondWaitingMaxOneIsClosedAndThoseWhoWaitAreServed() throws Exception {
        try (Rig rig = Rig.gated(Rig.CONFIG, limits(1, 1, 0), Door.DIRECT)) {
            RawDevice first = new RawDevice(rig.port());
            awaitHandshakes(rig, 1);
            try (RawDevice second = new RawDevice(rig.port())) {
                Rig.until(() ->
                        rig.meters.get("forebay.mqtt.accept.waiting").gauge().value() == 1);
                assertClosed(rig.port());

                first.close();
                second.send(RawDevice.connect("second").build());
                assertEquals("CONNACK", second.receiveText());
            }
        }
    }

    @Test
    void whileProofsWaitToBeCheckedNobodysTurnEndsByItself() throws Exception {
        List<Promise<Verdict>> checks = new CopyOnWriteArrayList<>();
        AtomicInteger asked = new AtomicInteger();
        BooleanSupplier checksWait = () -> {
            asked.incrementAndGet();
            return checks.size() > 1;
        };
        AcceptLimits limits = new AcceptLimits(2, 1, 10, 60_000, 0, 0, 0, 100);
        MqttConfig.Listener listener = Rig.listener("test", MqttConfig.Transport.TCP, false, 8);
        MqttConfig config = Rig.config(List.of(listener), Rig.CONFIG.protocol(), Rig.CONFIG.access())
                .within(8, listener.packetBytesMax());
        List<RawDevice> devices = new ArrayList<>();
        try (Rig rig = Rig.gated(config, limits, Door.DIRECT, slowly(checks), checksWait)) {
            for (int i = 0; i < 8; i++) {
                RawDevice device = new RawDevice(rig.port());
                devices.add(device);
                device.send(RawDevice.connect("d" + i).build());
                int enough = Math.min(devices.size(), 2);
                Rig.until(() -> checks.size() >= enough);
            }
            int before = asked.get();
            Rig.until(() -> asked.get() >= before + 20); // In that time turns of a millisecond would have ended.
            assertTrue(checks.size() <= 4, "the first two, and two that had the places of those");

            for (int i = 0; i < 8; i++) {
                int one = i;
                Rig.until(() -> checks.size() > one);
                checks.get(i).complete(Verdict.accepted(Identity.of("somebody")));
            }
            for (RawDevice device : devices) {
                assertEquals("CONNACK", device.receiveText());
                device.close();
            }
        }
    }

    /** Somebody whose answers are given by the test. */
    private static Authentication slowly(List<Promise<Verdict>> checks) {
        Authenticator authenticator = new Authenticator() {
            @Override
            public String name() {
                return "slow";
            }

            @Override
            public Future<Verdict> authenticate(Proof proof) {
                Promise<Verdict> check = Promise.promise();
                checks.add(check);
                return check.future();
            }
        };
        return new Authentication(
                Optional.empty(),
                new AuthenticationChain(List.of(authenticator), new AuthenticationMeters(new SimpleMeterRegistry())));
    }

    @Test
    void behindALoadBalancerTheAddressInTheProxyHeaderCounts() throws Exception {
        try (Rig rig = Rig.gated(proxied(), limits(10, 10, 1), Door.PROXIED);
                RawDevice one = new RawDevice(rig.port());
                RawDevice again = new RawDevice(rig.port());
                RawDevice other = new RawDevice(rig.port())) {
            one.sendBytes(header("203.0.113.7"));
            one.send(RawDevice.connect("one").build());
            assertEquals("CONNACK", one.receiveText());
            again.sendBytes(header("203.0.113.7"));
            again.send(RawDevice.connect("again").build());
            assertClosed(again);
            other.sendBytes(header("203.0.113.8"));
            other.send(RawDevice.connect("other").build());
            assertEquals("CONNACK", other.receiveText());

            assertEquals(1, rig.count("forebay.mqtt.accept.refused", "limit", "connections-per-address-max"));
        }
    }

    @Test
    void whatWasReadBehindAProxyHeaderWaitsWithIt() throws Exception {
        try (Rig rig = Rig.gated(proxied(), limits(1, 10, 0), Door.PROXIED);
                RawDevice next = new RawDevice(rig.port())) {
            RawDevice slow = new RawDevice(rig.port());
            slow.sendBytes(header("203.0.113.7"));
            awaitHandshakes(rig, 1);
            next.sendBytes(header("203.0.113.8"));
            next.send(RawDevice.connect("next").build());
            Rig.until(
                    () -> rig.meters.get("forebay.mqtt.accept.waiting").gauge().value() == 1);

            slow.close();
            assertEquals("CONNACK", next.receiveText());
        }
    }

    @Test
    void aStopClosesThoseWhoWait() throws Exception {
        try (Rig rig = Rig.gated(Rig.CONFIG, limits(1, 10, 0), Door.DIRECT);
                RawDevice first = RawDevice.connected(rig.port(), "served");
                RawDevice second = new RawDevice(rig.port())) {
            awaitHandshakes(rig, 1);
            try (RawDevice waits = new RawDevice(rig.port())) {
                Rig.until(() ->
                        rig.meters.get("forebay.mqtt.accept.waiting").gauge().value() == 1);
                Rig.await(rig.undeploy());

                assertClosed(waits);
                assertEquals("DISCONNECT 0x8b", first.receiveText());
                assertClosed(second);
            }
        }
    }

    private static MqttConfig proxied() {
        MqttConfig.Listener usual = Rig.CONFIG.listeners().get(0);
        MqttConfig.Listener listener = new MqttConfig.Listener(
                usual.name(),
                usual.transport(),
                usual.host(),
                usual.port(),
                usual.path(),
                Optional.empty(),
                true,
                false,
                usual.connectionsMax(),
                usual.packetBytesMax(),
                usual.connectTimeoutMs());
        return Rig.config(List.of(listener), Rig.CONFIG.protocol(), Rig.CONFIG.access());
    }

    private static byte[] header(String address) {
        return ("PROXY TCP4 " + address + " 198.51.100.2 4711 1883\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static void awaitHandshakes(Rig rig, int count) {
        Rig.until(() -> rig.meters.get("forebay.mqtt.accept.handshakes").gauge().value() == count);
    }

    private static boolean isLetIn(int port) {
        try {
            RawDevice.connected(port, "c").close();
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static void assertClosed(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            assertEquals(-1, read(socket));
        }
    }

    /** A reset is an end as well. */
    private static int read(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read();
        } catch (SocketException reset) {
            return -1;
        }
    }

    private static void assertClosed(RawDevice device) throws IOException {
        String last;
        try {
            last = device.receiveText();
        } catch (SocketException reset) {
            last = "closed";
        }
        assertEquals("closed", last);
    }
}
