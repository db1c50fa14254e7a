package io.forebay.bridge;

import static io.forebay.bridge.Awaits.get;

import io.forebay.bridge.amqp.StubAmqpPeer;
import io.forebay.storage.Message;
import io.forebay.storage.state.RocksStateStore;
import io.forebay.storage.state.StateConfig;
import io.forebay.storage.state.StateStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A bridge with routes to two brokers, here and in the cloud, each of which may be away, and numbers that outlive it. */
abstract class TwoTargets {
    @TempDir
    Path directory;

    final FakeLog log = new FakeLog();
    final StubAmqpPeer here = new StubAmqpPeer();
    final StubAmqpPeer cloud = new StubAmqpPeer();
    SimpleMeterRegistry registry;
    Bridge bridge;
    private StateStore store;
    private StateSequences sequences;

    @BeforeEach
    void listen() throws Exception {
        here.listen();
        cloud.listen();
    }

    @AfterEach
    void stopAll() throws Exception {
        stopBridge();
        here.close();
        cloud.close();
    }

    /** @param options of the route to the cloud */
    void start(RouteOptions options) throws Exception {
        registry = new SimpleMeterRegistry();
        store = RocksStateStore.open(directory, List.of(StateSequences.TABLE), StateConfig.DEFAULT);
        sequences = new StateSequences(store, log);
        BridgeConfig config = BridgeConfig.builder(amqp(here))
                .targets(Map.of("cloud", amqp(cloud)))
                .stopTimeoutMs(30_000) // What a broker has taken is not to be repeated because its answer comes late.
                .routes(List.of(new Route("cloud/#", "{topic:2}", options, "cloud")))
                .defaultAddress("uplink")
                .build();
        bridge = new Bridge(log, Quarantine.none(), sequences, config, registry);
        get(bridge.start());
    }

    private static AmqpConfig amqp(StubAmqpPeer peer) {
        return AmqpConfig.builder("localhost", peer.port())
                .reconnect(new Backoff(10, 50))
                .connectTimeoutMs(30_000)
                .build();
    }

    void stopBridge() throws Exception {
        if (bridge != null) {
            get(bridge.stop());
            sequences.close();
            store.close();
            bridge = null;
        }
    }

    void publish(String topic, int number) {
        byte[] payload = Integer.toString(number).getBytes(StandardCharsets.UTF_8);
        log.add(new Message(System.currentTimeMillis(), "c", topic, 1, false, false, 4, 1, new byte[0], payload));
    }

    static List<String> texts(StubAmqpPeer peer) {
        return peer.accepted().stream().map(StubAmqpPeer.Transfer::text).toList();
    }
}
