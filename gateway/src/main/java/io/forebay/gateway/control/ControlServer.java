package io.forebay.gateway.control;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on the control socket. Owned by its event loop; what blocks is done by workers. */
public final class ControlServer extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private final Path socket;
    private final int connectionsMax;
    private final ControlRoutes routes;
    private HttpServer server;
    private SocketFile file;
    private int connections;
    private boolean told;

    /** @param config with a socket */
    public ControlServer(ControlConfig config, ControlRoutes routes) {
        this.socket = config.socket().orElseThrow();
        this.connectionsMax = config.connectionsMax();
        this.routes = routes;
    }

    @Override
    public Future<?> start() {
        server = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .connectionHandler(this::onConnection)
                .requestHandler(request -> new ControlExchange(vertx, routes, request).begin());
        return vertx.executeBlocking(() -> {
                    file = new SocketFile(socket);
                    return file.prepare();
                })
                .compose(made -> server.listen(SocketAddress.domainSocketAddress(made.toString())))
                .compose(listening -> vertx.executeBlocking(() -> {
                    file.publish();
                    return socket;
                }));
    }

    private void onConnection(HttpConnection connection) {
        connections++;
        connection.closeHandler(closed -> connections--);
        if (connections > connectionsMax) {
            if (!told) {
                told = true;
                LOG.warn(
                        "More commands than control.connections-max are connected, further ones are turned away [max={}]",
                        connectionsMax);
            }
            connection.close().onFailure(gone -> {});
        }
    }

    @Override
    public Future<?> stop() {
        return server.close()
                .eventually(() -> vertx.executeBlocking(() -> {
                    file.delete();
                    return socket;
                }));
    }
}
