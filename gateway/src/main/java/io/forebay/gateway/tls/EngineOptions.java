package io.forebay.gateway.tls;

import io.netty.handler.ssl.SslContext;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;

/** Hands Vert.x a context that is made already. Immutable. */
final class EngineOptions extends SSLEngineOptions {
    private final SslContext context;

    EngineOptions(SslContext context) {
        this.context = context;
    }

    @Override
    public SSLEngineOptions copy() {
        return this;
    }

    @Override
    public SslContextFactory sslContextFactory() {
        return () -> context;
    }
}
