package io.forebay.gateway.storm;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Where devices connect.
 *
 * @param certs of make-certs, with a device of the name storm; null for no TLS
 */
record Target(int port, Path certs) {
    /** As patient as a device that is told nothing while it waits. */
    private static final int PATIENCE_MS = 120_000;

    static final String DEVICE = "storm";

    NetClientOptions client(String source) {
        NetClientOptions options = new NetClientOptions()
                .setConnectTimeout(PATIENCE_MS)
                .setTcpNoDelay(true)
                .setLocalAddress(source);
        // Ten thousand devices have ten thousand processors, here they have part of one: they must not be what is
        // measured.
        return OpenSSLEngineOptions.isAvailable() ? options.setSslEngineOptions(new OpenSSLEngineOptions()) : options;
    }

    ConnectOptions connect() {
        ConnectOptions options = new ConnectOptions().setHost("127.0.0.1").setPort(port);
        if (certs != null) {
            ClientSSLOptions tls = new ClientSSLOptions()
                    .setHostnameVerificationAlgorithm("HTTPS")
                    .setTrustOptions(new PemTrustOptions()
                            .addCertPath(certs.resolve("ca.crt").toString()))
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .setCertPath(
                                    certs.resolve("devices/" + DEVICE + ".crt").toString())
                            .setKeyPath(
                                    certs.resolve("devices/" + DEVICE + ".key").toString()));
            tls.setSslHandshakeTimeout(PATIENCE_MS).setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
            options.setSsl(true).setSslOptions(tls);
        }
        return options;
    }
}
