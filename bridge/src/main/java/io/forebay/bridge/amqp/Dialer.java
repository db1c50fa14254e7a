package io.forebay.bridge.amqp;

import io.forebay.bridge.AmqpConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.proton.ProtonClientOptions;
import io.vertx.proton.ProtonTransportOptions;
import io.vertx.proton.impl.ProtonConnectionImpl;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import org.apache.qpid.proton.amqp.Symbol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owned by the bridge's thread: makes connections to one endpoint: TCP, TLS, SASL and the open frame. An own one because
 * that of vertx-proton, which vertx-amqp-client uses as well, knows no SASL mechanism but ANONYMOUS, EXTERNAL and PLAIN.
 */
final class Dialer {
    private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);
    private static final Map<Symbol, Object> PRODUCT = Map.of(Symbol.valueOf("product"), "forebay");

    private final Vertx vertx;
    private final AmqpConfig config;
    private final AmqpConfig.Endpoint endpoint;
    private final ProtonClientOptions options;
    private final Optional<TlsFiles> tls;
    private boolean hasWarned;

    Dialer(Vertx vertx, AmqpConfig config, AmqpConfig.Endpoint endpoint, ProtonClientOptions options) {
        this.vertx = vertx;
        this.config = config;
        this.endpoint = endpoint;
        this.options = options;
        this.tls = config.tls().map(files -> new TlsFiles(vertx, files));
    }

    /**
     * A connection that is to be, and then is.
     *
     * @param open succeeds when the broker has opened it; fails with a sentence
     * @param closed succeeds when it is lost or the broker has closed it, after {@code open} has succeeded
     */
    record Call(Future<ProtonConnectionImpl> open, Future<Void> closed) {}

    Call dial() {
        Promise<ProtonConnectionImpl> open = Promise.promise();
        Promise<Void> closed = Promise.promise();
        ProtonClientOptions now = new ProtonClientOptions(options);
        tls.map(files -> files.setFor(now))
                .orElse(Future.succeededFuture())
                .onFailure(open::tryFail)
                .onSuccess(ready -> connect(now, open, closed));
        return new Call(open.future(), closed.future());
    }

    private void connect(ProtonClientOptions now, Promise<ProtonConnectionImpl> open, Promise<Void> closed) {
        NetClient client = vertx.createNetClient(now);
        String serverName = config.virtualHost().orElse(null);
        client.connect(endpoint.port(), endpoint.host(), serverName)
                .onFailure(open::tryFail)
                .onSuccess(socket -> bind(client, socket, open, closed));
        open.future().onFailure(why -> client.close().onFailure(open::tryFail));
    }

    private void bind(NetClient client, NetSocket socket, Promise<ProtonConnectionImpl> open, Promise<Void> closed) {
        ProtonConnectionImpl connection = new ProtonConnectionImpl(
                vertx, config.virtualHost().orElse(endpoint.host()), (ContextInternal) vertx.getOrCreateContext());
        connection.disconnectHandler(lost -> {
            open.tryFail("the broker closed the connection");
            closed.tryComplete();
        });
        SaslClient sasl = new SaslClient(vertx, config);
        sasl.result().onFailure(open::tryFail).onSuccess(mechanism -> {
            warnOfPlain(mechanism, socket);
            open(connection, open, closed);
        });
        connection.bindClient(
                client,
                socket,
                sasl,
                new ProtonTransportOptions()
                        .setHeartbeat(options.getHeartbeat())
                        .setMaxFrameSize(options.getMaxFrameSize()));
        connection.flush(); // Else the protocol header waits for the open frame, which waits for SASL.
    }

    private void open(ProtonConnectionImpl connection, Promise<ProtonConnectionImpl> open, Promise<Void> closed) {
        connection.setContainer(config.containerId());
        connection.setProperties(PRODUCT);
        connection.closeHandler(ended -> {
            connection.close();
            open.tryFail(
                    "the broker closed the connection: " + DeliveryOutcomes.words(connection.getRemoteCondition()));
            closed.tryComplete();
            vertx.runOnContext(later -> {
                if (!connection.isDisconnected()) {
                    connection.disconnect();
                }
            });
        });
        connection.openHandler(opened -> {
            if (opened.succeeded()) {
                open.tryComplete(connection);
            } else {
                open.tryFail(opened.cause());
            }
        });
        connection.open();
    }

    /** Says good-bye; succeeds when the broker has answered or the connection is lost. */
    static Future<Void> close(ProtonConnectionImpl connection) {
        if (connection.isDisconnected()) {
            return Future.succeededFuture();
        }
        Promise<Void> closed = Promise.promise();
        connection.disconnectHandler(lost -> closed.tryComplete());
        connection.closeHandler(answered -> closed.tryComplete());
        connection.close();
        return closed.future();
    }

    /** Once: it is a matter of configuration. Within this machine nobody listens. */
    private void warnOfPlain(String mechanism, NetSocket socket) {
        boolean isOpen = mechanism.equals(AmqpConfig.Sasl.PLAIN.mechanism()) && !socket.isSsl();
        if (isOpen && !hasWarned && !isLoopback(socket)) {
            hasWarned = true;
            LOG.warn(
                    "The password goes to the broker unencrypted: SASL PLAIN without TLS [host={}, port={}]",
                    endpoint.host(),
                    endpoint.port());
        }
    }

    private static boolean isLoopback(NetSocket socket) {
        try {
            String address = socket.remoteAddress().hostAddress();
            return address != null && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException notAnAddress) {
            return false;
        }
    }
}
