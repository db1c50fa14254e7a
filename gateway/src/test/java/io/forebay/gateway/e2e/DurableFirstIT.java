package io.forebay.gateway.e2e;

import static io.forebay.bridge.Awaits.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import io.forebay.gateway.config.GatewayConfig;
import io.forebay.gateway.mqtt.ConnectedClients;
import io.forebay.gateway.mqtt.FakeAmqpSide;
import io.forebay.gateway.mqtt.FakeSessions;
import io.forebay.gateway.mqtt.MqttListener;
import io.forebay.gateway.mqtt.MqttMeters;
import io.forebay.gateway.mqtt.MqttSetup;
import io.forebay.gateway.mqtt.Presence;
import io.forebay.gateway.security.Authentication;
import io.forebay.gateway.security.RuledAccess;
import io.forebay.storage.LogCursor;
import io.forebay.storage.LogState;
import io.forebay.storage.MessageLog;
import io.forebay.storage.chronicle.ChronicleMessageLog;
import io.forebay.storage.chronicle.Disk;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real device, real listener, real log; only the disk's sync is ours to hold or to break. */
class DurableFirstIT {
    @TempDir
    Path dataDir;

    private final SpyDisk disk = new SpyDisk();
    private final AtomicReference<Throwable> fatal = new AtomicReference<>();
    private Vertx vertx;
    private MessageLog log;
    private Mqtt5AsyncClient device;
    private int port;

    @BeforeEach
    void start() throws Exception {
        GatewayConfig config = GatewayConfig.load(RunningGateway.environment(dataDir, 0, 1, 0, Map.of()));
        log = ChronicleMessageLog.open(config.log(), new SimpleMeterRegistry(), fatal::set, disk);
        vertx = Vertx.vertx();
        MqttListener listener = new MqttListener(
                new MqttSetup(
                        config.mqtt(),
                        log,
                        new FakeSessions(),
                        new FakeAmqpSide(topic -> true),
                        Authentication.NONE,
                        RuledAccess.open(),
                        new ConnectedClients(),
                        Presence.UNHEARD,
                        new MqttMeters(new SimpleMeterRegistry())),
                1_000);
        vertx.deployVerticle(listener).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        port = listener.port();
        device = Mqtt5Client.builder()
                .identifier("d")
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildAsync();
        device.connect().get(60, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        disk.release();
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        log.close();
    }

    @Test
    void noPubackLeavesBeforeTheFdatasyncThatCoversItsRecord() throws Exception {
        disk.hold();
        CompletableFuture<Mqtt5PublishResult> published = publish();
        disk.awaitSync();

        assertThrows(TimeoutException.class, () -> published.get(300, TimeUnit.MILLISECONDS));
        try (LogCursor cursor = log.cursor(log.resumePosition())) {
            assertEquals(false, cursor.next(), "the bridge may not see it either");
        }
        disk.release();

        assertTrue(published.get(60, TimeUnit.SECONDS).getError().isEmpty());
        try (LogCursor cursor = log.cursor(log.resumePosition())) {
            assertTrue(cursor.next());
        }
    }

    @Test
    void aSyncThatFailsIsAcknowledgedWhenAnotherFileHasItAndNotBefore() throws Exception {
        disk.breakDown();
        CompletableFuture<Mqtt5PublishResult> published = publish();
        awaitHealing();

        assertThrows(TimeoutException.class, () -> published.get(300, TimeUnit.MILLISECONDS));
        disk.repair();

        assertTrue(published.get(60, TimeUnit.SECONDS).getError().isEmpty());
        assertEquals(LogState.OPEN, log.state());
        assertEquals(null, fatal.get(), "no restart is needed");
        try (LogCursor cursor = log.cursor(log.resumePosition())) {
            assertTrue(cursor.next());
            assertEquals(false, cursor.next(), "once, though it was written more often");
        }
    }

    @Test
    void aConnectIsRefusedWhileTheDiskFailsAndTakenAfterwards() throws Exception {
        disk.breakDown();
        CompletableFuture<Mqtt5PublishResult> published = publish();
        awaitHealing();

        ExecutionException refused = assertThrows(ExecutionException.class, () -> connect("other"));
        assertTrue(refused.getCause().getMessage().contains("SERVER_UNAVAILABLE"), refused.getCause()::getMessage);
        disk.repair();
        assertTrue(published.get(60, TimeUnit.SECONDS).getError().isEmpty());
        connect("other");
    }

    /** What the disk has failed in is known to the log a moment later. */
    private void awaitHealing() throws InterruptedException {
        disk.awaitFault();
        eventually("the log heals", () -> log.state() == LogState.HEALING);
    }

    private void connect(String client) throws Exception {
        Mqtt5Client.builder()
                .identifier(client)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildAsync()
                .connect()
                .get(60, TimeUnit.SECONDS);
    }

    private CompletableFuture<Mqtt5PublishResult> publish() {
        return device.publishWith().topic("t").qos(MqttQos.AT_LEAST_ONCE).send();
    }

    /** The real disk, but for a sync that waits or fails. Any thread. */
    private static final class SpyDisk implements Disk {
        private final Disk real = Disk.real();
        private volatile CountDownLatch held = new CountDownLatch(0);
        private volatile CountDownLatch syncing = new CountDownLatch(1);
        private final CountDownLatch faults = new CountDownLatch(2);
        private volatile boolean broken;

        void hold() {
            syncing = new CountDownLatch(1);
            held = new CountDownLatch(1);
        }

        void release() {
            held.countDown();
        }

        void awaitSync() throws InterruptedException {
            assertTrue(syncing.await(60, TimeUnit.SECONDS), "nothing was synced");
        }

        /** Until it has failed and failed again. */
        void awaitFault() throws InterruptedException {
            assertTrue(faults.await(60, TimeUnit.SECONDS), "nothing failed");
        }

        void breakDown() {
            broken = true;
        }

        void repair() {
            broken = false;
        }

        @Override
        public void allocate(Path file, long bytes) throws IOException {
            real.allocate(file, bytes);
        }

        @Override
        public void writeZeros(Path file, long bytes, BooleanSupplier enough) throws IOException {
            real.writeZeros(file, bytes, enough);
        }

        @Override
        public void force(FileChannel channel) throws IOException {
            syncing.countDown();
            try {
                held.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            if (broken) {
                faults.countDown();
                throw new IOException("Input/output error");
            }
            real.force(channel);
        }

        @Override
        public long usableBytes(Path directory) throws IOException {
            return real.usableBytes(directory);
        }
    }
}
