package io.forebay.gateway.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Chooses the certificate by the server name that the device asks for (RFC 6066 section 3): the exact name, then a
 * wildcard of one label, then the first certificate. All are in one context, so that no name costs a context of its own.
 * Immutable.
 */
final class SniKeyManager extends X509ExtendedKeyManager {
    private final List<ServerCertificate> certificates;
    private final BiConsumer<SSLEngine, X509Certificate> onChosen;
    private final Map<String, List<Integer>> byName = new HashMap<>();
    /** The first certificate, and those for the same names with another kind of key. */
    private final List<Integer> usual = new ArrayList<>();

    /** @param onChosen told which certificate a connection is about to be shown */
    SniKeyManager(List<ServerCertificate> certificates, BiConsumer<SSLEngine, X509Certificate> onChosen) {
        this.certificates = certificates;
        this.onChosen = onChosen;
        for (int i = 0; i < certificates.size(); i++) {
            for (String name : certificates.get(i).names()) {
                byName.computeIfAbsent(name, first -> new ArrayList<>()).add(i);
            }
            if (certificates.get(i).names().equals(certificates.get(0).names())) {
                usual.add(i);
            }
        }
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        String family = keyType.startsWith("EC") ? "EC" : keyType.startsWith("RSA") ? "RSA" : keyType;
        if (family.equals("EC") && takesNoEcdsa(engine)) {
            return null; // BoringSSL asks for a kind of key by its own ciphers, not by what the device can verify.
        }
        String asked = asked(engine);
        List<Integer> named = byName.getOrDefault(asked, List.of());
        if (named.isEmpty() && asked.indexOf('.') > 0) {
            named = byName.getOrDefault("*" + asked.substring(asked.indexOf('.')), List.of());
        }
        if (!named.isEmpty()) {
            // Not another name's certificate only because its key is of the kind asked for.
            return first(named, family, engine);
        }
        return first(usual, family, engine);
    }

    private String first(List<Integer> candidates, String family, SSLEngine engine) {
        for (int at : candidates) {
            String algorithm = certificates.get(at).keyAlgorithm();
            if ((algorithm.startsWith("EC") ? "EC" : algorithm).equals(family)) {
                onChosen.accept(engine, certificates.get(at).chain().get(0));
                return Integer.toString(at);
            }
        }
        return null;
    }

    private static boolean takesNoEcdsa(SSLEngine engine) {
        if (engine == null || !(engine.getHandshakeSession() instanceof ExtendedSSLSession session)) {
            return false;
        }
        String[] signatures = session.getPeerSupportedSignatureAlgorithms();
        return signatures.length > 0 && Arrays.stream(signatures).noneMatch(signature -> signature.endsWith("ECDSA"));
    }

    private static String asked(SSLEngine engine) {
        if (engine != null && engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        return "";
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return certificates.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return certificates.get(Integer.parseInt(alias)).key();
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null;
    }
}
