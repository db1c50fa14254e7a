package io.forebay.gateway.session;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.storage.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A session loop without its thread: the test makes the turns, sets the clock, and says what of the log is durable. One
 * thread.
 */
final class Fixture {
    static final SessionConfig CONFIG = SessionConfig.DEFAULT;

    final FakeLog log = new FakeLog();
    final List<Throwable> fatal = new ArrayList<>();
    SimpleMeterRegistry registry;
    MemoryStateStore store = new MemoryStateStore();
    SessionConfig config;
    SessionLoop loop;
    long nowMs = 1_700_000_000_000L;
    Predicate<String> local = topic -> true;

    Fixture() {
        this(CONFIG);
    }

    Fixture(SessionConfig config) {
        this.config = config;
        start();
    }

    void start() {
        registry = new SimpleMeterRegistry();
        loop = new SessionLoop(log, store, config, registry, topic -> local.test(topic), () -> nowMs, fatal::add);
        loop.restore();
    }

    /** The process is killed, and starts again. */
    void crash() {
        store = store.afterKill();
        start();
    }

    /** The power goes and takes all that it may take, and the process starts again. */
    void powerCut() {
        store = store.afterPowerCut();
        start();
    }

    /** An orderly stop, and a start. */
    void restart() {
        loop.finish();
        store = store.afterKill();
        start();
    }

    /** Turns until there is nothing more to do. */
    void run() {
        for (int i = 0; loop.turn(); i++) {
            assertTrue(i < 100_000, "does not come to rest");
        }
    }

    void passSeconds(long seconds) {
        nowMs += seconds * 1000;
        run();
    }

    <T> T now(Future<T> future) {
        run();
        assertTrue(future.isComplete(), "not done");
        if (future.failed()) {
            throw new AssertionError(future.cause());
        }
        return future.result();
    }

    Device device(String clientId) {
        return new Device(this, clientId);
    }

    void publish(String topic, int qos, String payload) {
        publish("publisher", topic, qos, false, payload);
    }

    void retain(String topic, int qos, String payload) {
        publish("publisher", topic, qos, true, payload);
    }

    void publish(String clientId, String topic, int qos, boolean retain, String payload) {
        append(message(nowMs, clientId, topic, qos, retain, new byte[0], payload));
        run();
    }

    void publishExpiring(String topic, int qos, String payload, int seconds) {
        append(message(nowMs, "publisher", topic, qos, false, expiry(seconds), payload));
        run();
    }

    void append(Message message) {
        Future<?> unused = log.append(message);
    }

    static byte[] expiry(int seconds) {
        return new byte[] {2, (byte) (seconds >> 24), (byte) (seconds >> 16), (byte) (seconds >> 8), (byte) seconds};
    }

    static Message message(
            long atMs, String clientId, String topic, int qos, boolean retain, byte[] properties, String payload) {
        return new Message(
                atMs,
                clientId,
                topic,
                qos,
                retain,
                false,
                5,
                qos == 0 ? 0 : 1,
                properties,
                payload.getBytes(StandardCharsets.UTF_8));
    }

    double dropped(Drop reason) {
        return registry.get("forebay.sessions.dropped")
                .tag("reason", reason.tag())
                .counter()
                .count();
    }

    SessionStatus status() {
        loop.publishStatus();
        return loop.status();
    }
}
