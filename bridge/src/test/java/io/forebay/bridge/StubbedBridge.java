package io.forebay.bridge;

import static io.forebay.bridge.Awaits.eventually;
import static io.forebay.bridge.Awaits.get;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.forebay.bridge.amqp.StubAmqpPeer;
import io.forebay.bridge.amqp.StubAmqpPeer.Transfer;
import io.forebay.storage.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** A bridge over real sockets, a peer that does what it is told, and the proof that everything arrived in order. */
abstract class StubbedBridge {
    final FakeLog log = new FakeLog();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final StubAmqpPeer peer = new StubAmqpPeer();
    private final Map<String, Integer> published = new HashMap<>();
    final FakeQuarantine quarantine = new FakeQuarantine();
    Bridge bridge;

    @AfterEach
    void stopAll() throws Exception {
        if (bridge != null) {
            get(bridge.stop());
        }
        peer.close();
    }

    BridgeConfig.Builder config() {
        AmqpConfig amqp = AmqpConfig.builder("localhost", peer.port() == 0 ? 1 : peer.port())
                .targetCapabilities(List.of())
                .reconnect(new Backoff(10, 50))
                .connectTimeoutMs(30_000)
                .build();
        return BridgeConfig.builder(amqp)
                .routes(List.of(new Route("#", "{topic:1}")))
                .rejectedRetry(new Backoff(5, 50))
                .retry(new Backoff(5, 50));
    }

    void start(BridgeConfig.Builder config) throws Exception {
        bridge = new Bridge(log, quarantine, config.build(), registry);
        get(bridge.start());
    }

    void publish(String topic, int count) {
        for (int i = 0; i < count; i++) {
            int sequence = published.merge(topic, 1, Integer::sum) - 1;
            publish(topic, topic + " " + sequence);
        }
    }

    void publish(String topic, String text) {
        log.add(message(topic, text));
    }

    static Message message(String topic, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        return new Message(System.currentTimeMillis(), "c", topic, 1, false, false, 4, 1, new byte[0], payload);
    }

    void everythingIsForgotten() {
        eventually("all is settled", () -> FakeLog.indexAtOrAfter(log.forgotten()) == log.size());
    }

    /** First acceptances in order, everything there, and one id for one message. */
    void checkLedger() {
        Map<String, Integer> next = new HashMap<>();
        Map<String, String> idOf = new HashMap<>();
        for (Transfer transfer : peer.accepted()) {
            String text = transfer.text();
            String topic = text.substring(0, text.lastIndexOf(' '));
            int sequence = Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
            assertEquals(topic, transfer.message().getSubject());
            String id = idOf.putIfAbsent(text, transfer.id());
            if (id == null) {
                assertEquals(next.merge(topic, 1, Integer::sum) - 1, sequence, "order of " + topic);
            } else {
                assertEquals(id, transfer.id(), "a repeat has the same id");
            }
        }
        assertEquals(published, next);
        assertEquals(new HashSet<>(idOf.values()).size(), idOf.size(), "ids are unique");
    }

    void publishMany(int lanes, int each) {
        for (int i = 0; i < each; i++) {
            for (int lane = 0; lane < lanes; lane++) {
                publish("a" + lane % 5 + "/t" + lane, 1);
            }
        }
    }
}
