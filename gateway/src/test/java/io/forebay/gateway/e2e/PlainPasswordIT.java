package io.forebay.gateway.e2e;

import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.Backoff;
import io.forebay.bridge.Bridge;
import io.forebay.bridge.BridgeConfig;
import io.forebay.bridge.FakeLog;
import io.forebay.bridge.amqp.StubAmqpPeer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A password that goes to the broker as it is. */
class PlainPasswordIT {
    private final Logger dialer = (Logger) LoggerFactory.getLogger("io.forebay.bridge.amqp.Dialer");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final StubAmqpPeer peer = new StubAmqpPeer();
    private Bridge bridge;

    @BeforeEach
    void listen() {
        lines.start();
        dialer.addAppender(lines);
    }

    @AfterEach
    void stop() throws Exception {
        dialer.detachAppender(lines);
        if (bridge != null) {
            get(bridge.stop());
        }
        peer.close();
    }

    private void connectTwice(String host) throws Exception {
        peer.asksForPassword("gateway", "s3cret").listen(host);
        AmqpConfig amqp = AmqpConfig.builder(host, peer.port())
                .credentials(Optional.of(new AmqpConfig.Credentials("gateway", "s3cret")))
                .targetCapabilities(List.of())
                .reconnect(new Backoff(10, 50))
                .build();
        bridge = new Bridge(new FakeLog(), BridgeConfig.of(amqp), new SimpleMeterRegistry());
        get(bridge.start());
        peer.await("it is let in", () -> peer.opened() == 1);
        peer.dropConnections();
        peer.await("it is let in again", () -> peer.opened() == 2);
    }

    private List<String> warnings() {
        return List.copyOf(lines.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** An address of this machine that the gateway cannot know to be one: nothing leaves the machine. */
    private static Optional<InetAddress> ownAddress() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst();
    }

    @Test
    void thatItGoesOverANetworkUnencryptedIsSaidOnceAndWithoutIt() throws Exception {
        Optional<InetAddress> own = ownAddress();
        assumeTrue(own.isPresent(), "this test needs an address of this machine beside loopback");
        connectTwice(own.get().getHostAddress());

        assertEquals(1, warnings().size(), warnings()::toString);
        assertTrue(warnings().get(0).startsWith("The password goes to the broker unencrypted"), warnings()::toString);
        assertTrue(warnings().get(0).contains(own.get().getHostAddress()), warnings()::toString);
        assertFalse(warnings().get(0).contains("s3cret"));
    }

    @Test
    void withinThisMachineNothingIsSaid() throws Exception {
        connectTwice("127.0.0.1");

        assertEquals(List.of(), warnings());
    }
}
