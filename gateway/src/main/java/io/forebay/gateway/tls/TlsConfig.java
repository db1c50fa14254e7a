package io.forebay.gateway.tls;

import java.util.List;

/**
 * What all listeners with TLS have in common; forebay.yaml says what each key means.
 *
 * @param ciphers of TLS 1.2, in the standard's names; TLS 1.3 has its own, all of them sound
 * @param fileBytesMax a larger file counts as broken
 */
public record TlsConfig(
        Engine engine,
        List<String> versions,
        List<String> ciphers,
        Sessions sessions,
        int reloadSeconds,
        int expiryWarningDays,
        long fileBytesMax,
        OcspConfig ocsp) {

    /** Who does the cryptography. */
    public enum Engine {
        /** BoringSSL where it has a build for this machine, else the JDK. */
        AUTO,
        OPENSSL,
        JDK
    }

    /** Resumption (RFC 8446 section 2.2, RFC 5077): how long, how many, and how long a ticket key encrypts. */
    public record Sessions(int lifetimeSeconds, int cacheMax, int ticketRotationSeconds) {}

    public static final String TLS_1_3 = "TLSv1.3";
    public static final String TLS_1_2 = "TLSv1.2";

    /** ECDHE with AEAD, what BCP 195 (RFC 9325) recommends. */
    public static final List<String> SOUND_CIPHERS = List.of(
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** As forebay.yaml has it. */
    public static final TlsConfig DEFAULT = new TlsConfig(
            Engine.AUTO,
            List.of(TLS_1_3, TLS_1_2),
            SOUND_CIPHERS,
            new Sessions(3_600, 20_480, 3_600),
            10,
            14,
            64 << 20,
            OcspConfig.DEFAULT);

    public TlsConfig {
        versions = List.copyOf(versions);
        ciphers = List.copyOf(ciphers);
    }
}
