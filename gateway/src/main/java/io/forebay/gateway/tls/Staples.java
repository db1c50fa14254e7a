package io.forebay.gateway.tls;

import io.forebay.gateway.tls.OcspClient.Answer;
import io.forebay.gateway.tls.OcspClient.Question;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a responder says about our own certificates, shown with them so that devices need not ask (RFC 6066 section 8). Kept
 * by forebay-tls, read by any thread.
 */
final class Staples {
    private static final Logger log = LoggerFactory.getLogger(Staples.class);
    /** The longest that an answer is not asked for again, however long it is good. */
    private static final Duration REFRESH_MAX = Duration.ofHours(1);

    /** @param refreshAt when half of its time is over */
    private record Stapled(Answer answer, Instant refreshAt) {}

    private final OcspClient client;
    private final Map<X509Certificate, Stapled> stapled = new ConcurrentHashMap<>();
    private volatile String fault = "";

    Staples(OcspConfig config) {
        this.client = new OcspClient(config);
    }

    /** Asks for what is missing or has grown old; blocks for as long as responders may take. */
    void refresh(List<ServerCertificate> certificates, Instant now) {
        stapled.keySet().retainAll(certificates.stream().map(Staples::leaf).toList());
        String wrong = "";
        for (ServerCertificate certificate : certificates) {
            Stapled before = stapled.get(leaf(certificate));
            if (before == null || now.isAfter(before.refreshAt())) {
                wrong = wrong.isEmpty() ? ask(certificate, now) : wrong;
            }
        }
        if (!wrong.isEmpty() && !wrong.equals(fault)) {
            log.warn("No OCSP answer to show with a certificate: {}", wrong);
        }
        fault = wrong;
    }

    /** @return what went wrong, empty for nothing */
    private String ask(ServerCertificate certificate, Instant now) {
        if (certificate.chain().size() < 2) {
            return certificate.file() + " does not hold the issuer, whose name the question needs.";
        }
        try {
            Answer answer = client.ask(
                    Question.about(leaf(certificate), certificate.chain().get(1)));
            Duration half = Duration.between(now, answer.until()).dividedBy(2);
            Duration refresh = half.compareTo(REFRESH_MAX) < 0 ? half : REFRESH_MAX;
            stapled.put(leaf(certificate), new Stapled(answer, now.plus(refresh)));
            return answer.isRevoked() ? certificate.file() + " is revoked." : "";
        } catch (IOException noAnswer) {
            return certificate.file() + ": " + noAnswer.getMessage() + ".";
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** The certificate is about to be shown by this engine. */
    void staple(SSLEngine engine, X509Certificate chosen) {
        Stapled there = stapled.get(chosen);
        if (there != null
                && engine instanceof ReferenceCountedOpenSslEngine openSsl
                && Instant.now().isBefore(there.answer().until())) {
            openSsl.setOcspResponse(there.answer().encoded());
        }
    }

    /** Why there is nothing to staple, empty if there is. */
    String fault() {
        return fault;
    }

    private static X509Certificate leaf(ServerCertificate certificate) {
        return certificate.chain().get(0);
    }
}
