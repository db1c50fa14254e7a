package io.forebay.gateway.mqtt;

import io.forebay.gateway.tls.LiveListener;
import io.vertx.core.net.NetServerOptions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What Vert.x has to know of a listener. */
final class ListenerOptions {
    private static final int ACCEPT_BACKLOG = 4_096;

    private ListenerOptions() {}

    /** @param tls of this listener, empty if it speaks none */
    static NetServerOptions of(MqttConfig.Listener listener, Optional<LiveListener> tls) {
        NetServerOptions options = new NetServerOptions()
                .setHost(listener.host())
                .setPort(listener.port())
                .setTcpNoDelay(true)
                .setAcceptBacklog(ACCEPT_BACKLOG);
        // The PROXY header comes before everything else, TLS included: nobody is let in without one.
        options.setUseProxyProtocol(listener.proxyProtocol())
                .setProxyProtocolTimeout(listener.connectTimeoutMs())
                .setProxyProtocolTimeoutUnit(TimeUnit.MILLISECONDS);
        tls.ifPresent(live -> {
            live.encrypt(options);
            options.setSslHandshakeTimeout(listener.connectTimeoutMs())
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        });
        return options;
    }
}
