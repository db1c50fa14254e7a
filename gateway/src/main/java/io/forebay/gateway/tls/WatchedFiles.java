package io.forebay.gateway.tls;

import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates that are used elsewhere, towards an AMQP broker: each connection there reads the files by itself, so all that
 * is done here is to tell in time when they expire or do not fit, and are not used therefore. Owned by forebay-tls; asked by any thread.
 */
final class WatchedFiles {
    private static final Logger log = LoggerFactory.getLogger(WatchedFiles.class);

    static final String PREFIX = "amqp:";

    private final TargetTls target;
    private final TlsConfig common;
    private volatile Optional<Instant> client = Optional.empty();
    private volatile Optional<Instant> authority = Optional.empty();
    private volatile Optional<Instant> crlDue = Optional.empty();
    private volatile String fault = "";
    private String fingerprint = "";

    WatchedFiles(TargetTls target, TlsConfig common) {
        this.target = target;
        this.common = common;
    }

    void look() {
        try {
            Snapshot files = Snapshot.read(target.files(), common.fileBytesMax());
            if (files.fingerprint().equals(fingerprint)) {
                return;
            }
            target.client()
                    .ifPresent(pair -> client =
                            Optional.of(ServerCertificate.load(pair, files).notAfter()));
            target.ca().ifPresent(ca -> authority = soonest(Pem.certificates(ca, files.of(ca))));
            target.crl().ifPresent(crl -> crlDue = soonestDue(Pem.crls(crl, files.of(crl))));
            if (!fingerprint.isEmpty()) {
                log.info("The next connection to the broker uses other certificates [target={}]", target.name());
            }
            fingerprint = files.fingerprint();
            fault = "";
        } catch (TlsException unsound) {
            fingerprint = "?";
            if (!unsound.getMessage().equals(fault)) {
                fault = unsound.getMessage();
                log.warn(
                        "The next connection to the broker does not use its files as they are: {} [target={}]",
                        fault,
                        target.name());
            }
        }
    }

    private static Optional<Instant> soonest(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo);
    }

    private static Optional<Instant> soonestDue(List<X509CRL> crls) {
        return crls.stream()
                .filter(crl -> crl.getNextUpdate() != null)
                .map(crl -> crl.getNextUpdate().toInstant())
                .min(Instant::compareTo);
    }

    TlsConfig common() {
        return common;
    }

    void remarks(Instant now, List<String> remarks) {
        if (!fault.isEmpty()) {
            remarks.add("The next connection to AMQP target " + target.name() + " uses its earlier files: " + fault);
        }
        client.ifPresent(day -> Remarks.addDay(
                remarks, "The certificate for AMQP target " + target.name(), day, now, common.expiryWarningDays()));
        authority.ifPresent(day ->
                Remarks.addDay(remarks, "A CA for AMQP target " + target.name(), day, now, common.expiryWarningDays()));
        crlDue.filter(now::isAfter)
                .ifPresent(due -> remarks.add("The CRL for AMQP target " + target.name()
                        + " should have had a successor by " + due + "; what it revokes stays revoked."));
    }

    Optional<Instant> client() {
        return client;
    }

    /** When the CRL should have a successor. */
    Optional<Instant> crlDue() {
        return crlDue;
    }

    Optional<Instant> authority() {
        return authority;
    }
}
