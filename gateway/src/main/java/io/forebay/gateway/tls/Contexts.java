package io.forebay.gateway.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.SimpleTrustManagerFactory;
import io.vertx.core.net.KeyCertOptions;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the engine and makes its contexts. No state. */
final class Contexts {
    private static final Logger log = LoggerFactory.getLogger(Contexts.class);
    /** All that TLS 1.3 has with us; BoringSSL offers them whatever is asked for. */
    private static final List<String> TLS_1_3_CIPHERS =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    static {
        JdkEngine.prepare(); // For those who have not done it, as tests.
    }

    private Contexts() {}

    /** Throws {@link TlsException} if the engine asked for is not there. */
    static SslProvider provider(TlsConfig.Engine engine) {
        if (engine == TlsConfig.Engine.JDK) {
            return SslProvider.JDK;
        }
        if (OpenSsl.isAvailable()) {
            return SslProvider.OPENSSL;
        }
        String why = String.valueOf(OpenSsl.unavailabilityCause());
        if (engine == TlsConfig.Engine.OPENSSL) {
            throw new TlsException("mqtt.tls.engine is openssl, and BoringSSL does not run on this machine: " + why);
        }
        log.info("TLS is the JDK's: BoringSSL does not run on this machine [cause={}]", why);
        return SslProvider.JDK;
    }

    /** Throws {@link TlsException}. */
    static SslContext make(ListenerTls listener, Material material, SslProvider provider, Staples staples) {
        TlsConfig common = listener.common();
        List<String> ciphers = new ArrayList<>(TLS_1_3_CIPHERS);
        ciphers.addAll(common.ciphers());
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(keys(material, provider, staples))
                    .sslProvider(provider)
                    .enableOcsp(isStapled(common, provider))
                    .protocols(common.versions())
                    .ciphers(ciphers)
                    .sessionCacheSize(common.sessions().cacheMax())
                    .sessionTimeout(common.sessions().lifetimeSeconds());
            material.clients().ifPresent(trust -> builder.trustManager(new TrustFactory(trust))
                    .clientAuth(
                            listener.clients().orElseThrow().required() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL));
            return builder.build();
        } catch (SSLException | IllegalArgumentException fault) {
            throw new TlsException(
                    "The TLS of listener " + listener.name() + " cannot be made: " + fault.getMessage(), fault);
        }
    }

    /** The JDK's engine would ask responders itself, by system properties and in the handshake. */
    static boolean isStapled(TlsConfig common, SslProvider provider) {
        return common.ocsp().staple() && provider != SslProvider.JDK;
    }

    private static KeyManagerFactory keys(Material material, SslProvider provider, Staples staples) {
        try {
            KeyManagerFactory factory = KeyCertOptions.wrap(new SniKeyManager(material.certificates(), staples::staple))
                    .getKeyManagerFactory(null);
            // Without the cache each handshake would parse chain and key again.
            return provider == SslProvider.JDK
                    ? factory
                    : new OpenSslCachingX509KeyManagerFactory(
                            factory, material.certificates().size());
        } catch (Exception fault) {
            throw new TlsException("The keys cannot be used: " + fault.getMessage(), fault);
        }
    }

    /** In the words of an operator. */
    static String name(SslProvider provider) {
        return provider == SslProvider.JDK ? "JDK" : "BoringSSL";
    }

    private static final class TrustFactory extends SimpleTrustManagerFactory {
        private final TrustManager[] managers;

        TrustFactory(TrustManager... managers) {
            this.managers = managers;
        }

        @Override
        protected void engineInit(KeyStore store) {}

        @Override
        protected void engineInit(ManagerFactoryParameters parameters) {}

        @Override
        protected TrustManager[] engineGetTrustManagers() {
            return managers.clone();
        }
    }
}
