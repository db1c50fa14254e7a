package io.forebay.simulator;

import io.forebay.simulator.scenario.ConnectionSpec;
import io.forebay.simulator.scenario.TrafficSpec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.X509KeyManager;

/**
 * What each device of a fleet shows over TLS, and whom it trusts: each file is read once, however often the device connects,
 * as a device does that has its certificate in memory. One entry for each certificate. Owned by the event loop of the run.
 */
final class Certificates {
    private final Vertx vertx;
    private final ConnectionSpec.Transport transport;
    private final int timeoutMs;
    private final Map<String, Future<KeyCertOptions>> keys = new HashMap<>();
    private final Map<String, Future<TrustOptions>> trust = new HashMap<>();

    /** @param timeoutMs of a TLS handshake */
    Certificates(Vertx vertx, ConnectionSpec.Transport transport, int timeoutMs) {
        this.vertx = vertx;
        this.transport = transport;
        this.timeoutMs = timeoutMs;
    }

    /** Fails if a file cannot be read; it is tried again next time. */
    Future<ClientSSLOptions> of(int device) {
        ClientSSLOptions options = new ClientSSLOptions();
        options.setSslHandshakeTimeout(timeoutMs).setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        return trust(options).compose(trusting -> key(trusting, device));
    }

    private Future<ClientSSLOptions> trust(ClientSSLOptions options) {
        if (transport.ca().isEmpty()) {
            return Future.succeededFuture(options.setTrustAll(true).setHostnameVerificationAlgorithm(""));
        }
        options.setHostnameVerificationAlgorithm("HTTPS");
        return once(trust, transport.ca(), this::readTrust).map(options::setTrustOptions);
    }

    private Future<ClientSSLOptions> key(ClientSSLOptions options, int device) {
        if (transport.certificate().isEmpty()) {
            return Future.succeededFuture(options);
        }
        String certificate = TrafficSpec.fill(transport.certificate(), device, 0);
        String key = TrafficSpec.fill(transport.key(), device, 0);
        return once(keys, certificate + '\0' + key, () -> readKey(certificate, key))
                .map(options::setKeyCertOptions);
    }

    private static <T> Future<T> once(Map<String, Future<T>> known, String name, Supplier<Future<T>> read) {
        Future<T> before = known.get(name);
        if (before != null && !before.failed()) {
            return before;
        }
        Future<T> now = read.get();
        known.put(name, now);
        return now;
    }

    private Future<TrustOptions> readTrust() {
        return elsewhere(() -> TrustOptions.wrap(new PemTrustOptions()
                .addCertPath(transport.ca())
                .getTrustManagerFactory(vertx)
                .getTrustManagers()[0]));
    }

    private Future<KeyCertOptions> readKey(String certificate, String key) {
        return elsewhere(() -> {
            try {
                Optional<X509KeyManager> identity = DeviceIdentity.read(certificate, key);
                return identity.isPresent()
                        ? KeyCertOptions.wrap(identity.get())
                        : KeyCertOptions.wrap(new PemKeyCertOptions()
                                .setCertPath(certificate)
                                .setKeyPath(key)
                                .getKeyManagerFactory(vertx));
            } catch (IOException fault) {
                throw new UncheckedIOException(fault.getMessage(), fault);
            }
        });
    }

    private <T> Future<T> elsewhere(Callable<T> read) {
        return vertx.executeBlocking(read, false);
    }
}
