package io.forebay.gateway;

import io.forebay.bridge.Bridge;
import io.forebay.bridge.BridgeConfig;
import io.forebay.bridge.Replays;
import io.forebay.bridge.StateQuarantine;
import io.forebay.bridge.StateSequences;
import io.forebay.bridge.downlink.Downlink;
import io.forebay.bridge.reply.ReplyTopics;
import io.forebay.gateway.broker.EmbeddedBroker;
import io.forebay.gateway.config.GatewayConfig;
import io.forebay.gateway.control.ControlAnswer;
import io.forebay.gateway.control.ControlRoutes;
import io.forebay.gateway.control.ControlServer;
import io.forebay.gateway.mqtt.AmqpSide;
import io.forebay.gateway.mqtt.ConnectedClients;
import io.forebay.gateway.mqtt.MqttListener;
import io.forebay.gateway.mqtt.MqttMeters;
import io.forebay.gateway.mqtt.MqttSetup;
import io.forebay.gateway.mqtt.accept.AcceptGate;
import io.forebay.gateway.ops.Health;
import io.forebay.gateway.ops.OpsConfig;
import io.forebay.gateway.ops.OpsServer;
import io.forebay.gateway.session.FateListener;
import io.forebay.gateway.session.SessionLoop;
import io.forebay.gateway.tls.JdkEngine;
import io.forebay.gateway.tls.ListenerTls;
import io.forebay.gateway.tls.Tls;
import io.forebay.gateway.tls.TlsException;
import io.forebay.gateway.tools.MessageRoutes;
import io.forebay.gateway.tools.QuarantineRoutes;
import io.forebay.gateway.tools.ReplayRoutes;
import io.forebay.gateway.tools.StateTables;
import io.forebay.gateway.tools.Timeline;
import io.forebay.storage.LogException;
import io.forebay.storage.LogState;
import io.forebay.storage.MessageLog;
import io.forebay.storage.SpaceConfig;
import io.forebay.storage.chronicle.ChronicleMessageLog;
import io.forebay.storage.state.RocksStateStore;
import io.forebay.storage.state.StateException;
import io.forebay.storage.state.StateStore;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wiring: log, sessions, broker, bridge, listeners, in this order, and back. {@link #start} and {@link #stop} block their
 * caller, which must not be an event loop.
 */
public final class Gateway {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);
    private static final long START_TIMEOUT_S = 60;

    private final GatewayConfig config;
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MessageLog messageLog;
    private final StateStore state;
    private final SessionLoop sessions;
    private final EmbeddedBroker broker;
    private final StateQuarantine quarantine;
    private final StateSequences sequences;
    private final Bridge bridge;
    private final Replays replays;
    private final AmqpSide amqpSide;
    private final Downlink downlink;
    private final Vertx vertx;
    private final ControlRoutes control = new ControlRoutes();
    /** Null before the listeners are. */
    private Tls tls;

    private String listenersId = "";
    private String controlId = "";
    /** Null before it is read. */
    private DeviceSecurity security;

    /**
     * Starts all of it.
     *
     * @param onFatal told, on any thread, when the state has failed, or the log by a bug: the process should end and be
     *     started again
     */
    public static Gateway start(GatewayConfig config, Consumer<Throwable> onFatal) {
        JdkEngine.prepare(); // The bridge speaks TLS before the listeners do.
        Gateway gateway;
        try {
            gateway = new Gateway(config, onFatal);
        } catch (LogException | StateException | IllegalStateException fault) {
            throw new StartException(fault.getMessage(), fault);
        }
        try {
            gateway.security = DeviceSecurity.open(config, gateway.vertx, gateway.meters);
            gateway.sessions.judgeWills(gateway.security.rights().access()::mayPublish);
            gateway.sessions.start();
            gateway.startNetwork();
        } catch (StartException fault) {
            gateway.stopWhatRuns();
            throw fault;
        } catch (StateException fault) {
            gateway.stopWhatRuns();
            throw new StartException(fault.getMessage(), fault);
        }
        return gateway;
    }

    private Gateway(GatewayConfig config, Consumer<Throwable> onFatal) {
        this.config = config;
        Path stateDir = config.dataDir().resolve("state");
        SpaceConfig space = config.log().space().withOthers(() -> RocksStateStore.diskBytes(stateDir));
        messageLog = ChronicleMessageLog.open(config.log().withSpace(space), meters, onFatal);
        state = openState();
        sessions = new SessionLoop(
                messageLog,
                state,
                config.sessions(),
                meters,
                config.localDelivery(),
                System::currentTimeMillis,
                onFatal);
        broker = config.embeddedBroker()
                .map(at -> new EmbeddedBroker(
                        at.host(),
                        at.port(),
                        config.dataDir().resolve("broker"),
                        config.bridge().defaultAddress()))
                .orElse(null);
        quarantine = new StateQuarantine(state, config.bridge().quarantine());
        sequences = new StateSequences(state, messageLog);
        ReplyTopics replies = replies();
        BridgeConfig bridgeConfig = config.bridge().toBuilder().replies(replies).build();
        bridge = new Bridge(messageLog, quarantine, sequences, bridgeConfig, meters);
        replays = new Replays(messageLog, config.bridge(), config.replay(), meters);
        amqpSide = new BridgeSide(bridge, bridgeConfig.ackLevels(), bridgeConfig.wantsUsernames());
        downlink = new Downlink(
                messageLog, config.downlink(), config.bridge().amqp(), replies, sessions::hasSubscription, meters);
        if (config.downlink().isSettledWhenDelivered()) {
            sessions.onFate(this::tellDownlink, config.downlink().watchedMax());
        }
        VertxOptions options = new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(config.mqtt().eventLoops());
        vertx = AcceptGate.vertx(options, config.accept(), this::door, this::doChecksWait, meters);
    }

    private boolean doChecksWait() {
        return security != null && security.doChecksWait();
    }

    private AcceptGate.Door door(int port) {
        if (port == config.ops().port()) {
            return AcceptGate.Door.UNGUARDED;
        }
        boolean proxied = config.mqtt().listeners().stream()
                .anyMatch(listener -> listener.port() == port && listener.proxyProtocol());
        return proxied ? AcceptGate.Door.PROXIED : AcceptGate.Door.DIRECT;
    }

    private void tellDownlink(long arrivedAtMs, int number, FateListener.Fate fate) {
        downlink.onFate(
                arrivedAtMs,
                number,
                switch (fate) {
                    case ACKNOWLEDGED -> Downlink.Fate.ACKNOWLEDGED;
                    case GONE -> Downlink.Fate.GONE;
                    case UNWANTED -> Downlink.Fate.UNWANTED;
                });
    }

    private ReplyTopics replies() {
        Path key = config.dataDir().resolve("reply-key");
        try {
            return ReplyTopics.open(key);
        } catch (IOException fault) {
            state.close();
            messageLog.close();
            throw new IllegalStateException("The key of reply topics cannot be used: " + fault.getMessage(), fault);
        }
    }

    private StateStore openState() {
        try {
            return StateTables.open(config.dataDir(), config.log().keys());
        } catch (StateException fault) {
            messageLog.close();
            throw fault;
        }
    }

    private void startNetwork() {
        if (broker != null) {
            try {
                broker.start();
            } catch (IllegalStateException fault) {
                throw new StartException(fault.getMessage(), fault);
            }
        }
        await(bridge.start(), "The bridge does not start");
        if (!config.downlink().addresses().isEmpty()) {
            await(downlink.start(), "The downlink does not start");
        }
        ConnectedClients clients = new ConnectedClients();
        security.rights().onChanged(clients::onAccessChanged);
        security.onProofsChanged(clients::onProofsChanged);
        MqttSetup setup = new MqttSetup(
                config.mqtt(),
                messageLog,
                sessions,
                amqpSide,
                security.authentication(),
                security.rights().access(),
                clients,
                new DevicePresence(config.presence(), messageLog, downlink),
                new MqttMeters(meters));
        tls = openTls();
        long drainMs = TimeUnit.SECONDS.toMillis(config.shutdownGraceSeconds()) / 2;
        listenersId = await(
                vertx.deployVerticle(
                        MqttListener.each(setup, tls, drainMs),
                        new DeploymentOptions().setInstances(config.mqtt().eventLoops())),
                "MQTT cannot listen on " + mqttAddresses() + " (mqtt.host, mqtt.port, mqtt.tls, mqtt.listeners)");
        await(
                vertx.deployVerticle(new OpsServer(config.ops(), meters, this::health, tls.of(OpsConfig.LISTENER))),
                "Metrics and health cannot listen on " + config.ops().host() + ":"
                        + config.ops().port() + " (ops.host, ops.port)");
        startControl();
        log.info("Forebay is ready: {}", summary());
    }

    private void startControl() {
        if (config.control().socket().isEmpty()) {
            return;
        }
        control.on(
                "GET",
                "/",
                request -> Future.succeededFuture(ControlAnswer.of(
                        new JsonObject().put("summary", summary()).put("knows", control.all()))));
        new QuarantineRoutes(quarantine, bridge, meters).register(control);
        new MessageRoutes(
                        vertx,
                        messageLog,
                        quarantine,
                        bridge,
                        amqpSide::ackLevel,
                        Timeline.open(config.dataDir(), config.control().timelineSamples(), messageLog.durableEnd()))
                .register(control);
        new ReplayRoutes(replays, vertx).register(control);
        controlId = await(
                vertx.deployVerticle(new ControlServer(config.control(), control)),
                "There is no way to ask this gateway");
    }

    private Tls openTls() {
        try {
            List<ListenerTls> listeners = new ArrayList<>(config.mqtt().tls());
            config.ops().tls(config.tls()).ifPresent(listeners::add);
            Tls opened = Tls.open(listeners, meters);
            opened.watch(TargetFiles.of(config.bridge()), config.tls(), meters);
            opened.start();
            return opened;
        } catch (TlsException unusable) {
            throw new StartException(
                    "TLS cannot be offered (mqtt.tls, mqtt.listeners, ops.tls): " + unusable.getMessage(), unusable);
        }
    }

    /** Where everything is, in one sentence. */
    String summary() {
        String amqp =
                config.bridge().amqp().host() + ":" + config.bridge().amqp().port();
        return "MQTT on " + mqttAddresses() + ", AMQP 1.0 "
                + (broker == null ? "to the broker at " : "on the embedded broker at ") + amqp
                + ", metrics on " + (config.ops().certificate().isPresent() ? "https" : "http") + "://"
                + config.ops().host() + ":"
                + config.ops().port() + "/metrics, data in "
                + config.dataDir().toAbsolutePath().normalize();
    }

    private String mqttAddresses() {
        return config.mqtt().listeners().stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    public Health health() {
        return new HealthReport(
                        messageLog.status(),
                        messageLog.forecast(),
                        config.log().space().warnBelowSeconds(),
                        sessions.status(),
                        bridge.status(),
                        bridge.fullRoutes(),
                        bridge.targets(),
                        downlink.status(),
                        security == null ? List.of() : security.faults())
                .health()
                .with(tls == null ? List.of() : tls.remarks());
    }

    /**
     * Stops in order: devices get their acknowledgements and DISCONNECT 0x8B, the bridge its outcomes, the log its last
     * sync.
     *
     * @return whether everything that was acknowledged is safe and nothing had to be cut off
     */
    public boolean stop() {
        boolean clean = messageLog.state() != LogState.FAILED;
        clean &= stopStep(() -> listenersId.isEmpty() ? Future.succeededFuture() : vertx.undeploy(listenersId));
        clean &= stopWhatRuns();
        log.info("Forebay has stopped{}", clean ? "" : ", not in order");
        return clean;
    }

    private boolean stopWhatRuns() {
        boolean clean = stopStep(() -> controlId.isEmpty() ? Future.succeededFuture() : vertx.undeploy(controlId));
        clean &= stopStep(downlink::stop);
        clean &= stopStep(replays::stop);
        clean &= stopStep(bridge::stop);
        if (tls != null) {
            tls.close();
        }
        quarantine.close();
        sequences.close();
        sessions.close();
        messageLog.close();
        state.close();
        clean &= stopStep(vertx::close);
        if (security != null) {
            security.close();
        }
        if (broker != null) {
            broker.stop();
        }
        meters.close();
        return clean;
    }

    private boolean stopStep(Supplier<Future<?>> step) {
        try {
            await(step.get(), "A part of the gateway does not stop");
            return true;
        } catch (StartException fault) {
            log.warn(fault.getMessage());
            return false;
        }
    }

    private static <T> T await(Future<T> future, String otherwise) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(START_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (ExecutionException fault) {
            throw new StartException(otherwise + ": " + fault.getCause().getMessage(), fault.getCause());
        } catch (TimeoutException tooLong) {
            throw new StartException(otherwise + " within " + START_TIMEOUT_S + " s.", tooLong);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartException(otherwise + ": it was interrupted.", interrupted);
        }
    }
}
