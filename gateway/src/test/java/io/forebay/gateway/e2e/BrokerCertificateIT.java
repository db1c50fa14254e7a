package io.forebay.gateway.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.bridge.AmqpConfig;
import io.forebay.bridge.Backoff;
import io.forebay.bridge.Bridge;
import io.forebay.bridge.BridgeConfig;
import io.forebay.bridge.FakeLog;
import io.forebay.gateway.tls.TestPki;
import io.forebay.gateway.tls.TestPki.Identity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** To which brokers the gateway speaks by their certificates, and what it says of the others. */
class BrokerCertificateIT {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Identity authority = TestPki.authority("CA of brokers");
    private final AtomicInteger reached = new AtomicInteger();

    @AfterEach
    void stop() {
        Object unused = await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    /** @return the first fault that an operator is told, empty if the handshake is done */
    private String connect(Identity broker) throws Exception {
        Path chain = directory.resolve("broker.crt");
        Path key = directory.resolve("broker.key");
        broker.write(chain, key);
        NetServerOptions options = new NetServerOptions()
                .setSsl(true)
                .setKeyCertOptions(
                        new PemKeyCertOptions().setCertPath(chain.toString()).setKeyPath(key.toString()));
        reached.set(0);
        NetServer server = await(vertx.createNetServer(options)
                .connectHandler(socket -> reached.incrementAndGet())
                .listen(0, "127.0.0.1"));
        TestPki.put(directory.resolve("ca.crt"), TestPki.pem(authority.certificate()));
        AmqpConfig amqp = AmqpConfig.builder("localhost", server.actualPort())
                .tls(Optional.of(new AmqpConfig.Tls(Optional.of(directory.resolve("ca.crt")))))
                .reconnect(new Backoff(10_000, 10_000))
                .build();
        Bridge bridge = new Bridge(new FakeLog(), BridgeConfig.of(amqp), new SimpleMeterRegistry());
        Object unused = await(bridge.start());
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (reached.get() == 0 && bridge.status().lastFault().isEmpty()) {
            assertTrue(System.nanoTime() < giveUpAt, "nothing comes of it");
            Thread.onSpinWait();
        }
        String fault = bridge.status().lastFault();
        unused = await(bridge.stop());
        unused = await(server.close());
        return fault;
    }

    @Test
    void onlyABrokerWithAGoodCertificateIsSpokenTo() throws Exception {
        assertEquals("", connect(TestPki.server(authority, "localhost")));
        assertEquals(1, reached.get());

        Identity expired = TestPki.certificate("broker")
                .by(authority)
                .server("localhost")
                .from(Instant.now().minus(HOUR.multipliedBy(2)))
                .until(Instant.now().minus(HOUR))
                .issue();
        Identity early = TestPki.certificate("broker")
                .by(authority)
                .server("localhost")
                .from(Instant.now().plus(HOUR))
                .issue();
        Identity own = TestPki.certificate("localhost").server("localhost").issue();
        Identity namesake = TestPki.server(TestPki.authority("CA of brokers"), "localhost");
        Identity swapped = new Identity(TestPki.server(authority, "localhost").certificate(), own.keys());
        for (Identity bad : List.of(
                expired,
                early,
                own,
                namesake,
                swapped,
                TestPki.server(authority, "another.example"),
                TestPki.device(authority, "localhost"))) {
            String fault = connect(bad);
            assertFalse(fault.isEmpty(), () -> "it is spoken to: " + bad.certificate());
        }
        assertSaid("NotAfter: ", connect(expired));
        assertSaid("NotBefore: ", connect(early));
        assertSaid("localhost", connect(TestPki.server(authority, "another.example")));
        assertSaid("certification path", connect(own));
    }

    private static void assertSaid(String words, String fault) {
        assertTrue(fault.contains(words), () -> "an operator has to guess: " + fault);
    }
}
