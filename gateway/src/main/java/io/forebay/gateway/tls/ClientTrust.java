package io.forebay.gateway.tls;

import io.forebay.gateway.tls.ListenerTls.ClientCertificates;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;

/**
 * Whom a listener lets in: certificates of its CAs (RFC 5280 section 6, by the JDK) that none of its CRLs revokes.
 * Immutable.
 */
final class ClientTrust extends X509ExtendedTrustManager {
    private final List<X509Certificate> authorities;
    private final Set<TrustAnchor> anchors;
    private final X509ExtendedTrustManager path;
    private final RevocationLists revoked;

    private ClientTrust(List<X509Certificate> authorities, X509ExtendedTrustManager path, RevocationLists revoked) {
        this.authorities = authorities;
        this.anchors = authorities.stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toUnmodifiableSet());
        this.path = path;
        this.revoked = revoked;
    }

    /** Throws {@link TlsException}. */
    static ClientTrust load(ClientCertificates clients, Snapshot snapshot) {
        List<X509Certificate> authorities = Pem.certificates(clients.ca(), snapshot.of(clients.ca()));
        RevocationLists revoked = RevocationLists.load(clients.crls(), authorities, snapshot);
        return new ClientTrust(authorities, pathValidation(authorities), revoked);
    }

    private static X509ExtendedTrustManager pathValidation(List<X509Certificate> authorities) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("ca-" + i, authorities.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
            throw new TlsException("This JDK has no PKIX trust manager.");
        } catch (GeneralSecurityException | IOException fault) {
            throw new TlsException("The CAs of devices cannot be used: " + fault.getMessage(), fault);
        }
    }

    RevocationLists revoked() {
        return revoked;
    }

    /** Who has issued the first of these, empty if that is not to be found. */
    Optional<X509Certificate> issuerOf(X509Certificate[] chain) {
        X500Principal name = chain[0].getIssuerX500Principal();
        for (X509Certificate authority : authorities) {
            if (authority.getSubjectX500Principal().equals(name) && hasIssued(authority, chain[0])) {
                return Optional.of(authority);
            }
        }
        return chain.length > 1 && chain[1].getSubjectX500Principal().equals(name)
                ? Optional.of(chain[1])
                : Optional.empty();
    }

    private static boolean hasIssued(X509Certificate authority, X509Certificate certificate) {
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException another) {
            return false;
        }
    }

    /** Whether there was one before that is missing now. */
    boolean lacksAnyOf(ClientTrust before) {
        return !authorities.containsAll(before.authorities);
    }

    /**
     * Whether the certificate is of one of the CAs. It may have expired since its handshake: that ends no connection, here
     * as elsewhere.
     */
    boolean vouchesFor(X509Certificate[] chain) {
        if (chain.length == 0 || authorities.contains(chain[0])) {
            return chain.length > 0;
        }
        try {
            X509CertSelector device = new X509CertSelector();
            device.setCertificate(chain[0]);
            PKIXBuilderParameters path = new PKIXBuilderParameters(anchors, device);
            path.setRevocationEnabled(false);
            path.addCertStore(
                    CertStore.getInstance("Collection", new CollectionCertStoreParameters(Arrays.asList(chain))));
            path.setDate(lastGoodDay(chain));
            return CertPathBuilder.getInstance("PKIX").build(path) != null;
        } catch (GeneralSecurityException none) {
            return false;
        }
    }

    @SuppressWarnings("JavaUtilDate") // The path builder wants it.
    private static Date lastGoodDay(X509Certificate... chain) {
        return Arrays.stream(chain)
                .map(X509Certificate::getNotAfter)
                .filter(end -> end.before(new Date()))
                .min(Date::compareTo)
                .orElseGet(Date::new);
    }

    Instant notAfter() {
        return authorities.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        path.checkClientTrusted(chain, type, engine);
        checkRevoked(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        path.checkClientTrusted(chain, type, socket);
        checkRevoked(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        path.checkClientTrusted(chain, type);
        checkRevoked(chain);
    }

    private void checkRevoked(X509Certificate[] chain) throws CertificateException {
        if (revoked.anyRevoked(DeviceCertificate.of(chain, IdentitySource.NONE).chain())) {
            String sentence = "the certificate is revoked";
            // Both engines find the alert to send in this cause (RFC 8446 section 6.2, certificate_revoked).
            throw new CertificateException(
                    sentence, new CertPathValidatorException(sentence, null, null, -1, BasicReason.REVOKED));
        }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.toArray(X509Certificate[]::new);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw noServer();
    }

    private static CertificateException noServer() {
        return new CertificateException("devices are not servers");
    }
}
