package io.forebay.gateway.tls;

import io.forebay.gateway.tls.ListenerTls.KeyPairFiles;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * One certificate of a listener with its key, of which is known that they fit. Immutable.
 *
 * @param names whom it is for, in lower case; one may begin with "*."
 */
record ServerCertificate(Path file, List<X509Certificate> chain, PrivateKey key, Set<String> names) {
    private static final byte[] PROBE = {1, 2, 3, 4, 5, 6, 7, 8};

    /** Throws {@link TlsException}. */
    static ServerCertificate load(KeyPairFiles files, Snapshot snapshot) {
        List<X509Certificate> chain = Pem.certificates(files.chain(), snapshot.of(files.chain()));
        PrivateKey key = Pem.key(files.key(), snapshot.of(files.key()));
        checkKey(files, chain.get(0), key);
        checkOrder(files.chain(), chain);
        return new ServerCertificate(files.chain(), chain, key, names(chain.get(0)));
    }

    /** The first day on which a part of the chain is no longer good. */
    Instant notAfter() {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** @return what is wrong, empty if it is in date */
    String outOfDate(Instant now) {
        for (X509Certificate certificate : chain) {
            String subject = certificate.getSubjectX500Principal().getName();
            if (now.isBefore(certificate.getNotBefore().toInstant())) {
                return file + ": " + subject + " is not valid before "
                        + certificate.getNotBefore().toInstant() + ".";
            }
            if (now.isAfter(certificate.getNotAfter().toInstant())) {
                return file + ": " + subject + " has expired on "
                        + certificate.getNotAfter().toInstant() + ".";
            }
        }
        return "";
    }

    String keyAlgorithm() {
        return key.getAlgorithm();
    }

    private static void checkKey(KeyPairFiles files, X509Certificate certificate, PrivateKey key) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC", "ECDSA" -> "SHA256withECDSA";
                    default ->
                        throw new TlsException(
                                files.key() + " is a key for " + key.getAlgorithm() + "; RSA and EC are served.");
                };
        boolean fits;
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(PROBE);
            fits = signature.verify(signed);
        } catch (GeneralSecurityException otherKind) {
            fits = false;
        }
        if (!fits) {
            throw new TlsException(
                    "The key " + files.key() + " does not belong to the certificate " + files.chain() + ".");
        }
    }

    private static void checkOrder(Path file, List<X509Certificate> chain) {
        for (int i = 1; i < chain.size(); i++) {
            try {
                chain.get(i - 1).verify(chain.get(i).getPublicKey());
            } catch (GeneralSecurityException notIssuer) {
                throw new TlsException(
                        "The chain in " + file + " is not in order: certificate " + (i + 1) + " has not issued number "
                                + i + ".",
                        notIssuer);
            }
        }
    }

    private static Set<String> names(X509Certificate certificate) {
        Set<String> names = new TreeSet<>();
        IdentitySource.dnsNames(certificate).forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        if (names.isEmpty()) {
            IdentitySource.commonName(certificate.getSubjectX500Principal())
                    .ifPresent(name -> names.add(name.toLowerCase(Locale.ROOT)));
        }
        return names;
    }
}
