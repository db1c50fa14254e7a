package io.forebay.gateway.tls;

import io.forebay.gateway.tls.ListenerTls.KeyPairFiles;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that one listener's TLS is made of, read at one time and known to fit together. Immutable.
 *
 * @param fingerprint of the files
 */
record Material(List<ServerCertificate> certificates, Optional<ClientTrust> clients, String fingerprint) {
    /** Throws {@link TlsException}. */
    static Material load(ListenerTls listener, Snapshot snapshot) {
        List<ServerCertificate> certificates = new ArrayList<>();
        for (KeyPairFiles files : listener.certificates()) {
            certificates.add(ServerCertificate.load(files, snapshot));
        }
        Optional<ClientTrust> clients = listener.clients().map(client -> ClientTrust.load(client, snapshot));
        return new Material(List.copyOf(certificates), clients, snapshot.fingerprint());
    }

    RevocationLists revoked() {
        return clients.map(ClientTrust::revoked).orElse(RevocationLists.NONE);
    }

    /** The first day on which a certificate that we show is no longer good. */
    Instant notAfter() {
        return certificates.stream()
                .map(ServerCertificate::notAfter)
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** @return what is wrong, empty if all that we show is in date */
    String outOfDate(Instant now) {
        return certificates.stream()
                .map(certificate -> certificate.outOfDate(now))
                .filter(sentence -> !sentence.isEmpty())
                .findFirst()
                .orElse("");
    }
}
