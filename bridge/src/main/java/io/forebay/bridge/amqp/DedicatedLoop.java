package io.forebay.bridge.amqp;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A Vert.x instance with one event loop, for one verticle that shares its thread with nobody. All methods may be called from
 * any thread; Futures complete on that of the verticle.
 */
public final class DedicatedLoop {
    private final Deployable verticle;
    private final AtomicReference<Vertx> vertx = new AtomicReference<>();

    public DedicatedLoop(Deployable verticle) {
        this.verticle = verticle;
    }

    /**
     * Starts once.
     *
     * @return succeeds when the verticle has started; fails as it did, and then nothing is left of it
     */
    public Future<Void> start() {
        Vertx own = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setPreferNativeTransport(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        if (!vertx.compareAndSet(null, own)) {
            return own.close().compose(closed -> Future.failedFuture(new IllegalStateException("started before")));
        }
        return own.deployVerticle(verticle).<Void>mapEmpty().recover(cause -> own.close()
                .compose(closed -> Future.failedFuture(cause)));
    }

    /** @return succeeds when the verticle has stopped, at once if it was never started */
    public Future<Void> stop() {
        Vertx own = vertx.get();
        // Closing undeploys the verticle first, and so waits for its stop.
        return own == null ? Future.succeededFuture() : own.close();
    }
}
