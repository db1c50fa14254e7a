package io.forebay.gateway.tls;

/** What the JDK's TLS is told by system properties, which it reads once, when it is first used. No state. */
public final class JdkEngine {
    private static final String GROUPS = "jdk.tls.namedGroups";

    private JdkEngine() {}

    /** To be called before anything speaks TLS, brokers and webhooks among it. */
    public static void prepare() {
        // It renegotiates TLS 1.2 when a device asks for it, at its leisure and at our cost (RFC 7457 section 2.10);
        // BoringSSL never does.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        // It would also compute in ffdhe8192 for whoever asks, many times as dear to us as X25519 (CVE-2002-20001);
        // these are those that BoringSSL offers. Who runs the gateway may say otherwise.
        if (System.getProperty(GROUPS) == null) {
            System.setProperty(GROUPS, "x25519,secp256r1,secp384r1,secp521r1");
        }
    }
}
