package io.forebay.gateway.mqtt;

import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What Vert.x has to know of a listener. */
final class ListenerOptions {
    private static final int ACCEPT_BACKLOG = 4_096;

    private ListenerOptions() {}

    static NetServerOptions of(MqttConfig.Listener listener) {
        NetServerOptions options = new NetServerOptions()
                .setHost(listener.host())
                .setPort(listener.port())
                .setTcpNoDelay(true)
                .setAcceptBacklog(ACCEPT_BACKLOG);
        // The PROXY header comes before everything else, TLS included: nobody is let in without one.
        options.setUseProxyProtocol(listener.proxyProtocol())
                .setProxyProtocolTimeout(listener.connectTimeoutMs())
                .setProxyProtocolTimeoutUnit(TimeUnit.MILLISECONDS);
        listener.certificate().ifPresent(certificate -> encrypt(options, certificate, listener.connectTimeoutMs()));
        return options;
    }

    private static void encrypt(NetServerOptions options, MqttConfig.Certificate certificate, int timeoutMs) {
        options.setSsl(true)
                .setSslHandshakeTimeout(timeoutMs)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setSslEngineOptions(OpenSsl.isAvailable() ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions())
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(certificate.chain().toString())
                        .setKeyPath(certificate.key().toString()));
        certificate.clientCa().ifPresent(ca -> options.setClientAuth(ClientAuth.REQUIRED)
                .setTrustOptions(new PemTrustOptions().addCertPath(ca.toString())));
    }
}
