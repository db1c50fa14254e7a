package io.forebay.simulator;

import io.forebay.simulator.scenario.ConnectionSpec;
import io.forebay.simulator.scenario.Scenario;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.OpenSSLEngineOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens the connections of one fleet: over TCP, TLS or WebSocket, from one local address after the other, each device with
 * its certificate. Owned by the event loop of the run.
 */
final class Dialler {
    private final MqttTarget target;
    private final ConnectionSpec connection;
    private final int timeoutMs;
    // A field, because Vert.x closes a client with all its sockets as soon as nobody holds it any more.
    private final List<NetClient> clients = new ArrayList<>();

    private final Certificates certificates;
    private boolean closed;

    /** As patient as a scenario that says nothing of it. */
    Dialler(Vertx vertx, MqttTarget target, ConnectionSpec connection) {
        this(vertx, target, connection, Scenario.Limits.DEFAULT.connect());
    }

    /** @param timeout of TCP, and then of TLS; CONNACK has it as well, which is not seen here */
    Dialler(Vertx vertx, MqttTarget target, ConnectionSpec connection, Duration timeout) {
        this.target = target;
        this.connection = connection;
        this.timeoutMs = (int) timeout.toMillis();
        this.certificates = new Certificates(vertx, connection.transport(), timeoutMs);
        for (String source : connection.sources().isEmpty() ? List.of("") : connection.sources()) {
            NetClientOptions options =
                    new NetClientOptions().setConnectTimeout(timeoutMs).setTcpNoDelay(true);
            if (!source.isEmpty()) {
                options.setLocalAddress(source);
            }
            // A handshake with the engine of the JDK costs several times as much; it is what there is without tcnative.
            if (connection.transport().tls() && OpenSSLEngineOptions.isAvailable()) {
                options.setSslEngineOptions(new OpenSSLEngineOptions());
            }
            clients.add(vertx.createNetClient(options));
        }
    }

    /** Succeeds when MQTT can be spoken. If it fails, the listener hears nothing of it. */
    Future<MqttLink> open(int device, MqttLink.Listener listener) {
        Future<MqttLink> opened = options(device)
                .compose(options -> connect(device, options))
                .map(socket -> MqttLink.on(socket, listener));
        if (connection.transport().webSocket()) {
            String authority = target.host() + ":" + target.port();
            opened = opened.compose(link ->
                    link.upgrade(authority, connection.transport().path()).map(link));
        }
        return opened;
    }

    private Future<ConnectOptions> options(int device) {
        ConnectOptions options = new ConnectOptions().setHost(target.host()).setPort(target.port());
        return closed || !connection.transport().tls()
                ? Future.succeededFuture(options)
                : certificates.of(device).map(tls -> options.setSsl(true).setSslOptions(tls));
    }

    private Future<NetSocket> connect(int device, ConnectOptions options) {
        return closed
                ? Future.failedFuture(new SimulationException("the run is over"))
                : clients.get(device % clients.size()).connect(options);
    }

    MqttTarget target() {
        return target;
    }

    long timeoutMs() {
        return timeoutMs;
    }

    /** Closes every connection that is left; none is opened any more. */
    Future<Void> close() {
        closed = true;
        return Future.join(clients.stream().map(NetClient::close).toList()).mapEmpty();
    }
}
