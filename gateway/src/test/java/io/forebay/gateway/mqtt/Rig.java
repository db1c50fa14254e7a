package io.forebay.gateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.gateway.mqtt.accept.AcceptGate;
import io.forebay.gateway.mqtt.accept.AcceptLimits;
import io.forebay.gateway.security.Access;
import io.forebay.gateway.security.Authentication;
import io.forebay.gateway.security.RuledAccess;
import io.forebay.gateway.tls.Tls;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** The MQTT side by itself, on a port of its own, over a log and sessions that do what the test says. */
final class Rig implements AutoCloseable {
    static final int RECEIVE_MAXIMUM = 8;
    static final int CLIENT_ID_BYTES_MAX = 64;
    static final int SESSION_EXPIRY_MAX_S = 3_600;
    static final int TOPIC_ALIAS_MAXIMUM = 4;
    static final int PACKET_BYTES_MAX = 100_000;
    /** Nobody waits for it but who says so: devices of tests are as slow as the machine that they run on. */
    static final int CONNECT_TIMEOUT_MS = 60_000;

    static final MqttConfig CONFIG = config(ProtocolConfig.DEFAULT, AccessConfig.DEFAULT);

    final FakeLog log = new FakeLog();
    final FakeSessions sessions = new FakeSessions();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    /** The rules, where nobody else is asked. */
    final RuledAccess access = RuledAccess.open();

    final ConnectedClients clients = new ConnectedClients();
    /** Longer than any pause of the machine; only what has gone wrong takes so long. */
    private static final int PATIENCE_S = 60;

    private final Vertx vertx;
    private final MqttListener listener;
    final Tls tls;
    private String deployment;

    private Rig(
            MqttConfig config,
            boolean lenient,
            Authentication authentication,
            AmqpSide amqpSide,
            AcceptLimits accept,
            AcceptGate.Door door,
            BooleanSupplier checksWait,
            Access asked) {
        vertx = AcceptGate.vertx(new VertxOptions(), accept, port -> door, checksWait, meters);
        MqttSetup setup = new MqttSetup(
                lenient ? lenient(config) : config,
                log,
                sessions,
                amqpSide,
                authentication,
                asked == null ? access : asked,
                clients,
                Presence.UNHEARD,
                new MqttMeters(meters));
        tls = Tls.open(setup.config().tls(), meters);
        listener = new MqttListener(setup, tls, 30_000);
    }

    private static MqttConfig lenient(MqttConfig config) {
        return config(List.of(listener("test", MqttConfig.Transport.TCP, true, 3)), config.protocol(), config.access());
    }

    static MqttConfig config(ProtocolConfig protocol, AccessConfig access) {
        return config(List.of(listener("test", MqttConfig.Transport.TCP, false, 3)), protocol, access);
    }

    static MqttConfig config(List<MqttConfig.Listener> listeners, ProtocolConfig protocol, AccessConfig access) {
        return new MqttConfig(
                listeners,
                1,
                3,
                PACKET_BYTES_MAX,
                CLIENT_ID_BYTES_MAX,
                RECEIVE_MAXIMUM,
                TOPIC_ALIAS_MAXIMUM,
                SESSION_EXPIRY_MAX_S,
                protocol,
                access,
                new QuotaConfig(PACKET_BYTES_MAX, 0, 0, 0, 1 << 20, 0));
    }

    static MqttConfig withQuotas(QuotaConfig quotas) {
        return new MqttConfig(
                CONFIG.listeners(),
                CONFIG.eventLoops(),
                CONFIG.connectionsMax(),
                CONFIG.packetBytesMax(),
                CONFIG.clientIdBytesMax(),
                CONFIG.receiveMaximum(),
                CONFIG.topicAliasMaximum(),
                CONFIG.sessionExpiryMaxSeconds(),
                CONFIG.protocol(),
                CONFIG.access(),
                quotas);
    }

    static MqttConfig.Listener listener(
            String name, MqttConfig.Transport transport, boolean lenient, int connectionsMax) {
        return new MqttConfig.Listener(
                name,
                transport,
                "127.0.0.1",
                0,
                "/mqtt",
                Optional.empty(),
                false,
                lenient,
                connectionsMax,
                PACKET_BYTES_MAX,
                CONNECT_TIMEOUT_MS);
    }

    /** A listener that does not wait for CONNECT, nor for AUTH, any longer than that. */
    static MqttConfig.Listener impatient(MqttConfig.Listener listener, int connectTimeoutMs) {
        return with(listener, listener.packetBytesMax(), connectTimeoutMs);
    }

    /** The usual one, but for that. */
    static MqttConfig impatient(int connectTimeoutMs) {
        return config(
                List.of(impatient(CONFIG.listeners().get(0), connectTimeoutMs)), CONFIG.protocol(), CONFIG.access());
    }

    static MqttConfig.Listener withPacketBytesMax(MqttConfig.Listener listener, int packetBytesMax) {
        return with(listener, packetBytesMax, listener.connectTimeoutMs());
    }

    private static MqttConfig.Listener with(MqttConfig.Listener listener, int packetBytesMax, int connectTimeoutMs) {
        return new MqttConfig.Listener(
                listener.name(),
                listener.transport(),
                listener.host(),
                listener.port(),
                listener.path(),
                listener.tls(),
                listener.proxyProtocol(),
                listener.lenient(),
                listener.connectionsMax(),
                packetBytesMax,
                connectTimeoutMs);
    }

    static Rig start() {
        return start(CONFIG);
    }

    static Rig start(MqttConfig config) {
        return start(config, false, Authentication.NONE, topic -> true);
    }

    static Rig start(MqttConfig config, boolean lenient, Authentication authentication, Predicate<String> routed) {
        return start(config, lenient, authentication, new FakeAmqpSide(routed));
    }

    static Rig start(MqttConfig config, boolean lenient, Authentication authentication, AmqpSide amqpSide) {
        return ungated(config, lenient, authentication, amqpSide, null);
    }

    /** Where somebody else says what devices may do. */
    static Rig asking(Access asked) {
        return ungated(CONFIG, false, Authentication.NONE, new FakeAmqpSide(topic -> true), asked);
    }

    private static Rig ungated(
            MqttConfig config, boolean lenient, Authentication authentication, AmqpSide amqpSide, Access asked) {
        AcceptGate.Door door = AcceptGate.Door.UNGUARDED;
        return start(
                new Rig(config, lenient, authentication, amqpSide, AcceptLimits.DEFAULT, door, () -> false, asked));
    }

    /** With a gate before it that lets in as these limits say. */
    static Rig gated(MqttConfig config, AcceptLimits accept, AcceptGate.Door door) {
        return gated(config, accept, door, Authentication.NONE, () -> false);
    }

    /** @param checksWait see {@link AcceptGate#vertx} */
    static Rig gated(
            MqttConfig config,
            AcceptLimits accept,
            AcceptGate.Door door,
            Authentication authentication,
            BooleanSupplier checksWait) {
        AmqpSide amqpSide = new FakeAmqpSide(topic -> true);
        return start(new Rig(config, false, authentication, amqpSide, accept, door, checksWait, null));
    }

    private static Rig start(Rig rig) {
        rig.deployment = await(rig.vertx.deployVerticle(rig.listener));
        return rig;
    }

    int port() {
        return listener.port();
    }

    int port(String name) {
        return listener.port(name);
    }

    Future<Void> undeploy() {
        return vertx.undeploy(deployment);
    }

    double count(String meter, String tag, String value) {
        return meters.find(meter).tag(tag, value).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    static void until(BooleanSupplier condition) {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < giveUpAt, "it did not happen within " + PATIENCE_S + " s");
            LockSupport.parkNanos(100_000); // Whoever makes it happen may need this processor.
        }
    }

    static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE_S, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        log.sync();
        sessions.sync();
        await(vertx.close());
        tls.close();
    }
}
