package io.forebay.gateway.tls;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/**
 * What is revoked, by the CRLs of a listener (RFC 5280 section 5). Each is signed by a CA of the listener, or it is not
 * taken. One that is older than it says it may be still counts: what it revokes stays revoked, and health says so.
 * Immutable.
 */
final class RevocationLists {
    static final RevocationLists NONE = new RevocationLists(Map.of(), Optional.empty());

    private final Map<X500Principal, Set<BigInteger>> revoked;
    private final Optional<Instant> nextUpdate;

    private RevocationLists(Map<X500Principal, Set<BigInteger>> revoked, Optional<Instant> nextUpdate) {
        this.revoked = revoked;
        this.nextUpdate = nextUpdate;
    }

    /** Throws {@link TlsException}. */
    static RevocationLists load(List<Path> files, List<X509Certificate> authorities, Snapshot snapshot) {
        Map<X500Principal, Set<BigInteger>> revoked = new HashMap<>();
        List<Instant> due = new ArrayList<>();
        for (Path file : files) {
            for (X509CRL crl : Pem.crls(file, snapshot.of(file))) {
                check(file, crl, authorities);
                Set<BigInteger> serials =
                        revoked.computeIfAbsent(crl.getIssuerX500Principal(), issuer -> new HashSet<>());
                if (crl.getRevokedCertificates() != null) {
                    crl.getRevokedCertificates().forEach(entry -> serials.add(entry.getSerialNumber()));
                }
                if (crl.getNextUpdate() != null) {
                    due.add(crl.getNextUpdate().toInstant());
                }
            }
        }
        return new RevocationLists(revoked, due.stream().min(Instant::compareTo));
    }

    private static void check(Path file, X509CRL crl, List<X509Certificate> authorities) {
        if (crl.hasUnsupportedCriticalExtension()) {
            throw new TlsException(
                    file + " is a CRL with a critical extension that is not understood: a delta CRL, or one"
                            + " for a part of the certificates only.");
        }
        for (X509Certificate authority : authorities) {
            if (authority.getSubjectX500Principal().equals(crl.getIssuerX500Principal()) && isSigned(crl, authority)) {
                return;
            }
        }
        throw new TlsException(
                file + " holds a CRL of " + crl.getIssuerX500Principal().getName()
                        + ", which is none of the CAs that devices may be of (client-ca). Take it out of the file, too.");
    }

    private static boolean isSigned(X509CRL crl, X509Certificate authority) {
        try {
            crl.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException otherKey) {
            return false;
        }
    }

    boolean isRevoked(DeviceCertificate.Issued certificate) {
        return revoked.getOrDefault(certificate.issuer(), Set.of()).contains(certificate.serial());
    }

    boolean anyRevoked(List<DeviceCertificate.Issued> chain) {
        for (DeviceCertificate.Issued certificate : chain) {
            if (isRevoked(certificate)) {
                return true;
            }
        }
        return false;
    }

    /** When the first of them should have a successor. */
    Optional<Instant> nextUpdate() {
        return nextUpdate;
    }

    int size() {
        return revoked.values().stream().mapToInt(Set::size).sum();
    }
}
