package io.forebay.bridge;

import static io.forebay.bridge.Awaits.eventually;
import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.amqp.StubAmqpPeer;
import io.forebay.storage.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What came from the broker does not go back to it. */
class ForDevicesOnlyIT {
    private final FakeLog log = new FakeLog();
    private final StubAmqpPeer peer = new StubAmqpPeer();
    private Bridge bridge;

    @BeforeEach
    void start() throws Exception {
        peer.listen();
    }

    @AfterEach
    void stop() throws Exception {
        get(bridge.stop());
        peer.close();
    }

    private void add(int protocolLevel, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        log.add(new Message(1, "amqp", "t", 1, false, false, protocolLevel, 0, new byte[0], payload));
    }

    @Test
    void itIsSettledWithoutBeingSentEvenInALaneThatIsSpilled() throws Exception {
        for (int i = 0; i < 500; i++) {
            add(i % 3 == 0 ? 5 : Message.FROM_AMQP, i % 3 == 0 ? "up" : "down");
        }
        BridgeConfig config = BridgeConfig.builder(AmqpConfig.of("localhost", peer.port()))
                .limits(new BridgeLimits(2, 4, 4 * 400, 10, 2))
                .build();
        bridge = new Bridge(log, config, new SimpleMeterRegistry());
        get(bridge.start());

        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
        assertEquals(167, peer.acceptedCount());
        assertTrue(peer.accepted().stream().allMatch(transfer -> transfer.text().equals("up")));
    }
}
