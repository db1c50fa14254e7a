package io.forebay.gateway.tls;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * What the gateway keeps of the certificate that a device has shown and proven.
 *
 * @param identity the name that it goes by, empty if the listener takes none from it
 * @param serial hexadecimal, as openssl prints it
 * @param chain it and what it was issued by, as far as the device showed it: what can be revoked
 */
public record DeviceCertificate(Optional<String> identity, String serial, Instant notAfter, List<Issued> chain) {
    /** What a CRL knows a certificate by (RFC 5280 section 5.1). */
    public record Issued(X500Principal issuer, BigInteger serial) {}

    public DeviceCertificate {
        chain = List.copyOf(chain);
    }

    static DeviceCertificate of(X509Certificate[] shown, IdentitySource source) {
        List<Issued> chain = new ArrayList<>(shown.length);
        for (X509Certificate certificate : shown) {
            chain.add(new Issued(certificate.getIssuerX500Principal(), certificate.getSerialNumber()));
        }
        return new DeviceCertificate(
                source.of(shown[0]),
                shown[0].getSerialNumber().toString(16),
                shown[0].getNotAfter().toInstant(),
                chain);
    }
}
