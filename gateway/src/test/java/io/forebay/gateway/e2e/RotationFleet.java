package io.forebay.gateway.e2e;

import io.forebay.gateway.tls.TestPki;
import io.forebay.gateway.tls.TestPki.Identity;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Devices with certificates of their own that publish at QoS 1 and never connect again. Owned by one event loop; what is
 * asked of it waits for that.
 */
final class RotationFleet implements AutoCloseable {
    private static final int AT_ONCE = 20;
    private static final long TICK_MS = 20;

    private final Context loop;
    private final NetClient client;
    private final int port;
    private final Identity trusted;
    private final List<Device> devices = new ArrayList<>();
    private final Set<String> acknowledged = new HashSet<>();
    private final AtomicInteger disconnected = new AtomicInteger();
    private int published;
    private int due;
    private long longestWaitNs;
    private boolean closing;

    RotationFleet(Vertx vertx, int port, Identity trusted) {
        this.loop = vertx.getOrCreateContext();
        this.client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
        this.port = port;
        this.trusted = trusted;
    }

    static byte[] connectPacket(String clientId) {
        byte[] id = clientId.getBytes(StandardCharsets.US_ASCII);
        return Buffer.buffer()
                .appendByte((byte) 0x10)
                .appendByte((byte) (12 + id.length))
                .appendBytes(new byte[] {0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0})
                .appendShort((short) id.length)
                .appendBytes(id)
                .getBytes();
    }

    static byte[] publishPacket(int packetId, String payload) {
        byte[] text = payload.getBytes(StandardCharsets.US_ASCII);
        return Buffer.buffer()
                .appendByte((byte) 0x32)
                .appendByte((byte) (5 + text.length))
                .appendBytes(new byte[] {0, 1, 't'})
                .appendShort((short) packetId)
                .appendBytes(text)
                .getBytes();
    }

    /** Blocks until all are connected, some at a time. */
    void connect(Identity authority, int count) throws Exception {
        for (int from = 0; from < count; from += AT_ONCE) {
            List<Future<?>> some = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + AT_ONCE); i++) {
                Device device = new Device("device-" + i);
                devices.add(device);
                Identity shown = TestPki.device(authority, device.name);
                some.add(onLoop(() -> device.connect(shown)));
            }
            await(Future.all(some));
        }
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        loop.runOnContext(turn -> work.get().onComplete(promise));
        return promise.future();
    }

    /** Publishes so many a second, by one device after the other. */
    void publish(int ratePerSecond, int seconds) {
        due = ratePerSecond * seconds;
        long began = System.nanoTime();
        loop.runOnContext(turn -> loop.owner().setPeriodic(TICK_MS, timer -> {
            long elapsed = System.nanoTime() - began;
            while (published < Math.min(due, elapsed * ratePerSecond / TimeUnit.SECONDS.toNanos(1))) {
                devices.get(published % devices.size()).publish(published++);
            }
            if (published == due) {
                loop.owner().cancelTimer(timer);
            }
        }));
    }

    /** Blocks until so many are acknowledged, or no more will be. */
    void await(int count, int seconds) throws Exception {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (ask(acknowledged::size) < count && System.nanoTime() < giveUpAt) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    int published() throws Exception {
        return ask(() -> published);
    }

    Set<String> acknowledged() throws Exception {
        return ask(() -> Set.copyOf(acknowledged));
    }

    int disconnected() {
        return disconnected.get();
    }

    long longestWaitMs() throws Exception {
        return TimeUnit.NANOSECONDS.toMillis(ask(() -> longestWaitNs));
    }

    private <T> T ask(Supplier<T> what) throws Exception {
        return await(onLoop(() -> Future.succeededFuture(what.get())));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        loop.runOnContext(turn -> closing = true);
        client.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private final class Device {
        private final String name;
        private final Map<Integer, String> waiting = new HashMap<>();
        private final Map<Integer, Long> sentAt = new HashMap<>();
        private NetSocket socket;
        private Buffer received = Buffer.buffer();
        private int packetId;
        private final Promise<Void> connack = Promise.promise();

        Device(String name) {
            this.name = name;
        }

        Future<Void> connect(Identity shown) {
            ClientSSLOptions ssl = new ClientSSLOptions()
                    .setHostnameVerificationAlgorithm("HTTPS")
                    .setTrustOptions(
                            new PemTrustOptions().addCertValue(Buffer.buffer(TestPki.pem(trusted.certificate()))))
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .setCertValue(Buffer.buffer(TestPki.pem(shown.certificate())))
                            .setKeyValue(
                                    Buffer.buffer(TestPki.keyPem(shown.keys().getPrivate()))));
            ssl.setSslHandshakeTimeout(60).setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
            ConnectOptions to = new ConnectOptions()
                    .setHost("localhost")
                    .setPort(port)
                    .setSsl(true)
                    .setSslOptions(ssl);
            return client.connect(to).compose(made -> {
                socket = made;
                socket.handler(this::onBytes);
                socket.closeHandler(closed -> onClosed());
                socket.write(Buffer.buffer(connectPacket(name))).onFailure(connack::tryFail);
                return connack.future();
            });
        }

        void publish(int number) {
            packetId = packetId % 65_535 + 1;
            String text = name + "-" + number;
            waiting.put(packetId, text);
            sentAt.put(packetId, System.nanoTime());
            socket.write(Buffer.buffer(publishPacket(packetId, text))).onFailure(lost -> {});
        }

        /** CONNACK and PUBACK alone, four bytes each. */
        private void onBytes(Buffer bytes) {
            received.appendBuffer(bytes);
            int at = 0;
            for (; at + 4 <= received.length(); at += 4) {
                if (received.getByte(at) == 0x20) {
                    connack.tryComplete();
                } else {
                    int acknowledgedId = received.getUnsignedShort(at + 2);
                    acknowledged.add(waiting.remove(acknowledgedId));
                    longestWaitNs = Math.max(longestWaitNs, System.nanoTime() - sentAt.remove(acknowledgedId));
                }
            }
            received = received.getBuffer(at, received.length());
        }

        private void onClosed() {
            if (!closing) {
                disconnected.incrementAndGet();
            }
            connack.tryFail("closed");
        }
    }
}
