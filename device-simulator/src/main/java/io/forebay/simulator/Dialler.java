package io.forebay.simulator;

import io.forebay.simulator.scenario.ConnectionSpec;
import io.forebay.simulator.scenario.Scenario;
import io.forebay.simulator.scenario.TrafficSpec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

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

    /** As patient as a scenario that says nothing of it. */
    Dialler(Vertx vertx, MqttTarget target, ConnectionSpec connection) {
        this(vertx, target, connection, Scenario.Limits.DEFAULT.connect());
    }

    /** @param timeout of TCP, and then of TLS; CONNACK has it as well, which is not seen here */
    Dialler(Vertx vertx, MqttTarget target, ConnectionSpec connection, Duration timeout) {
        this.target = target;
        this.connection = connection;
        this.timeoutMs = (int) timeout.toMillis();
        for (String source : connection.sources().isEmpty() ? List.of("") : connection.sources()) {
            NetClientOptions options =
                    new NetClientOptions().setConnectTimeout(timeoutMs).setTcpNoDelay(true);
            if (!source.isEmpty()) {
                options.setLocalAddress(source);
            }
            clients.add(vertx.createNetClient(options));
        }
    }

    /** Succeeds when MQTT can be spoken. If it fails, the listener hears nothing of it. */
    Future<MqttLink> open(int device, MqttLink.Listener listener) {
        ConnectOptions options = new ConnectOptions().setHost(target.host()).setPort(target.port());
        if (connection.transport().tls()) {
            options.setSsl(true).setSslOptions(tls(device));
        }
        Future<MqttLink> opened =
                clients.get(device % clients.size()).connect(options).map(socket -> MqttLink.on(socket, listener));
        if (connection.transport().webSocket()) {
            String authority = target.host() + ":" + target.port();
            opened = opened.compose(link ->
                    link.upgrade(authority, connection.transport().path()).map(link));
        }
        return opened;
    }

    private ClientSSLOptions tls(int device) {
        ConnectionSpec.Transport transport = connection.transport();
        ClientSSLOptions options = new ClientSSLOptions();
        options.setSslHandshakeTimeout(timeoutMs).setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        if (transport.ca().isEmpty()) {
            options.setTrustAll(true).setHostnameVerificationAlgorithm("");
        } else {
            options.setTrustOptions(new PemTrustOptions().addCertPath(transport.ca()))
                    .setHostnameVerificationAlgorithm("HTTPS");
        }
        if (!transport.certificate().isEmpty()) {
            options.setKeyCertOptions(new PemKeyCertOptions()
                    .setCertPath(TrafficSpec.fill(transport.certificate(), device, 0))
                    .setKeyPath(TrafficSpec.fill(transport.key(), device, 0)));
        }
        return options;
    }

    MqttTarget target() {
        return target;
    }

    long timeoutMs() {
        return timeoutMs;
    }

    /** Closes every connection that is left. */
    Future<Void> close() {
        return Future.join(clients.stream().map(NetClient::close).toList()).mapEmpty();
    }
}
