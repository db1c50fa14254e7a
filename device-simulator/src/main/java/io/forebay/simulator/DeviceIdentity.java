package io.forebay.simulator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * The certificate and the key of one device. Immutable. By way of a key store each would be encrypted and decrypted with a
 * password on its way into memory, which takes ten times as long as all the rest.
 */
final class DeviceIdentity extends X509ExtendedKeyManager {
    private static final String ALIAS = "device";
    /** As PEM labels it (RFC 7468 section 10). */
    private static final String LABEL = "PRIVATE KEY-----";

    private static final Pattern PKCS8 = Pattern.compile("-----BEGIN " + LABEL + "([^-]+)-----END " + LABEL);

    private final X509Certificate[] chain;
    private final PrivateKey key;

    private DeviceIdentity(X509Certificate[] chain, PrivateKey key) {
        this.chain = chain;
        this.key = key;
    }

    /** Reads PEM files; empty if the key is not in PKCS #8, as OpenSSL writes it today. */
    static Optional<X509KeyManager> read(String certificate, String key) throws IOException, GeneralSecurityException {
        Matcher pkcs8 = PKCS8.matcher(Files.readString(Path.of(key)));
        if (!pkcs8.find()) {
            return Optional.empty();
        }
        byte[] pem = Files.readAllBytes(Path.of(certificate));
        X509Certificate[] chain = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem))
                .toArray(X509Certificate[]::new);
        if (chain.length == 0) {
            throw new IOException("there is no certificate in " + certificate);
        }
        byte[] der = Base64.getMimeDecoder().decode(pkcs8.group(1));
        PrivateKey own = KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(der));
        return Optional.of(new DeviceIdentity(chain, own));
    }

    private String aliasFor(String[] keyTypes) {
        boolean asked = Stream.of(keyTypes).anyMatch(key.getAlgorithm()::equals);
        return asked ? ALIAS : null;
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return aliasFor(keyTypes);
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return aliasFor(keyTypes);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key;
    }
}
