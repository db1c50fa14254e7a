package io.forebay.simulator.chaos;

import io.forebay.simulator.scenario.FaultSpec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Passes TCP connections on, unless it is told not to. Owned by the event loop that it is started on.
 *
 * <p>Several faults may be on at once: one that cuts beats one that swallows, the longest delay and the lowest rate count.
 */
public final class TcpProxy {
    private static final int CONNECT_TIMEOUT_MS = 5_000;

    private final Vertx vertx;
    private final String host;
    private final int port;
    private final NetServer server;
    private final NetClient client;
    private final Set<TcpDirection> directions = new HashSet<>();
    private final Set<NetSocket> sockets = new HashSet<>();
    private final List<FaultSpec> faults = new ArrayList<>();

    public TcpProxy(Vertx vertx, String host, int port) {
        this.vertx = vertx;
        this.host = host;
        this.port = port;
        server = vertx.createNetServer(new NetServerOptions().setTcpNoDelay(true));
        client = vertx.createNetClient(
                new NetClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MS).setTcpNoDelay(true));
    }

    /**
     * Succeeds with the port that it listens on.
     *
     * @param address of this machine
     * @param listen the port, or 0 for any
     */
    public Future<Integer> start(String address, int listen) {
        return server.connectHandler(this::onConnection).listen(listen, address).map(NetServer::actualPort);
    }

    private void onConnection(NetSocket near) {
        if (has(FaultSpec.Kind.CUT)) {
            close(near);
            return;
        }
        // Nothing is read before there is somewhere to put it.
        near.pause();
        track(near);
        client.connect(port, host).onSuccess(far -> join(near, far)).onFailure(unreachable -> close(near));
    }

    private void join(NetSocket near, NetSocket far) {
        track(far);
        if (!sockets.contains(near)) {
            close(far);
            return;
        }
        join(new TcpDirection(vertx, near, far), new TcpDirection(vertx, far, near));
        near.resume();
    }

    private void join(TcpDirection there, TcpDirection back) {
        for (TcpDirection direction : List.of(there, back)) {
            direction.condition(condition());
            directions.add(direction);
            direction.start(() -> directions.remove(direction));
        }
    }

    private void track(NetSocket socket) {
        sockets.add(socket);
        socket.closeHandler(closed -> sockets.remove(socket));
        // A reset is an end like any other; whoever is at the other side is told by a close.
        socket.exceptionHandler(failure -> {});
    }

    void add(FaultSpec fault) {
        faults.add(fault);
        apply();
    }

    void remove(FaultSpec fault) {
        faults.remove(fault);
        apply();
    }

    private void apply() {
        if (has(FaultSpec.Kind.CUT)) {
            List.copyOf(sockets).forEach(TcpProxy::close);
        }
        TcpDirection.Condition condition = condition();
        List.copyOf(directions).forEach(direction -> direction.condition(condition));
    }

    private TcpDirection.Condition condition() {
        long delayMs = faults.stream()
                .filter(fault -> fault.kind() == FaultSpec.Kind.DELAY)
                .mapToLong(FaultSpec::amount)
                .max()
                .orElse(0);
        long bytesPerSecond = faults.stream()
                .filter(fault -> fault.kind() == FaultSpec.Kind.RATE)
                .mapToLong(FaultSpec::amount)
                .min()
                .orElse(Long.MAX_VALUE);
        return new TcpDirection.Condition(has(FaultSpec.Kind.BLACK_HOLE), delayMs, bytesPerSecond);
    }

    private boolean has(FaultSpec.Kind kind) {
        return faults.stream().anyMatch(fault -> fault.kind() == kind);
    }

    private static void close(NetSocket socket) {
        // There is nobody to tell if it was closed already.
        socket.close().onFailure(closedAlready -> {});
    }

    public Future<Void> close() {
        return Future.join(server.close(), client.close()).mapEmpty();
    }
}
