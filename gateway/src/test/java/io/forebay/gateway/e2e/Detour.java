package io.forebay.gateway.e2e;

import io.forebay.gateway.bench.ChildJvm;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** The gateway's way to its broker: nothing listens there until the test opens it. */
final class Detour implements AutoCloseable {
    final int port = ChildJvm.freePort();
    private final Vertx vertx = Vertx.vertx();
    /** Kept: a NetClient that is garbage closes its connections. */
    private final NetClient client = vertx.createNetClient();

    Detour() throws IOException {}

    /** From now on the port is a wire to another. */
    void open(int to) throws Exception {
        vertx.createNetServer()
                .connectHandler(near -> {
                    near.pause();
                    client.connect(to, "127.0.0.1")
                            .onSuccess(far -> {
                                near.pipeTo(far);
                                far.pipeTo(near);
                            })
                            .onFailure(gone -> near.close());
                })
                .listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
