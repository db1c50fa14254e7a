package io.forebay.gateway.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Asks an OCSP responder about one certificate and believes only what the certificate's issuer, or somebody it has
 * entrusted with that, has signed (RFC 6960 section 3.2). No nonce: most responders answer with what they have signed
 * before. Blocks its caller, for no longer than the time limit; any thread but an event loop.
 */
final class OcspClient {
    private static final int RESPONSE_BYTES_MAX = 64 << 10;
    /** How far the responder's clock may be from ours. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(5);
    /** Where the answer does not say when there will be a newer one. */
    private static final Duration USUAL_VALIDITY = Duration.ofHours(1);

    /** Nothing came from the responder that could be an answer, of whatever certificate. */
    static final class Unreachable extends IOException {
        private static final long serialVersionUID = 1L;

        Unreachable(String sentence, Throwable cause) {
            super(sentence, cause);
        }
    }

    /**
     * What the responder said.
     *
     * @param encoded as it came, to be stapled
     * @param until when there should be a newer one
     */
    record Answer(boolean isRevoked, byte[] encoded, Instant until) {}

    /**
     * All that has to be kept of a certificate to ask about it.
     *
     * @param responder whom the certificate names
     */
    record Question(BigInteger serial, X509Certificate issuer, Optional<URI> responder) {
        static Question about(X509Certificate certificate, X509Certificate issuer) {
            return new Question(certificate.getSerialNumber(), issuer, named(certificate));
        }
    }

    private final OcspConfig config;
    private final HttpClient http;

    OcspClient(OcspConfig config) {
        this.config = config;
        this.http = HttpClient.newBuilder()
                .connectTimeout(Duration.ofMillis(config.timeoutMs()))
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** Who is asked about this. */
    Optional<URI> responder(Question question) {
        return config.responder().or(question::responder);
    }

    /** Throws IOException, with a sentence, if there is no answer that can be believed. */
    Answer ask(Question question) throws IOException, InterruptedException {
        URI responder =
                responder(question).orElseThrow(() -> new IOException("the certificate names no OCSP responder"));
        try {
            CertificateID id =
                    new CertificateID(sha1(), new JcaX509CertificateHolder(question.issuer()), question.serial());
            byte[] request = new OCSPReqBuilder().addRequest(id).build().getEncoded();
            return believed(post(responder, request), id, question.issuer());
        } catch (OCSPException | OperatorCreationException | GeneralSecurityException fault) {
            throw new IOException("the OCSP answer cannot be used: " + fault.getMessage(), fault);
        }
    }

    private byte[] post(URI responder, byte[] request) throws IOException, InterruptedException {
        HttpRequest asked = HttpRequest.newBuilder(responder)
                .timeout(Duration.ofMillis(config.timeoutMs()))
                .header("content-type", "application/ocsp-request")
                .header("accept", "application/ocsp-response")
                .POST(BodyPublishers.ofByteArray(request))
                .build();
        try {
            HttpResponse<InputStream> response = http.send(asked, BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                byte[] answer = body.readNBytes(RESPONSE_BYTES_MAX + 1);
                if (response.statusCode() != 200 || answer.length > RESPONSE_BYTES_MAX) {
                    throw new IOException("it answers " + response.statusCode() + " with " + answer.length + " bytes");
                }
                return answer;
            }
        } catch (IOException silence) {
            throw new Unreachable("the OCSP responder does not answer: " + silence.getMessage(), silence);
        }
    }

    private static Answer believed(byte[] encoded, CertificateID id, X509Certificate issuer)
            throws IOException, OCSPException, OperatorCreationException, GeneralSecurityException {
        OCSPResp response = new OCSPResp(encoded);
        if (response.getStatus() != OCSPResponseStatus.SUCCESSFUL
                || !(response.getResponseObject() instanceof BasicOCSPResp basic)) {
            throw new IOException("the OCSP responder refuses with status " + response.getStatus());
        }
        if (!basic.isSignatureValid(signer(basic, issuer))) {
            throw new IOException("the OCSP answer is not signed by the issuer of the certificate");
        }
        for (SingleResp single : basic.getResponses()) {
            if (single.getCertID().matchesIssuer(new JcaX509CertificateHolder(issuer), digests())
                    && single.getCertID().getSerialNumber().equals(id.getSerialNumber())) {
                return answer(single, encoded);
            }
        }
        throw new IOException("the OCSP answer is about another certificate");
    }

    /** The issuer itself, or the first certificate in the answer if the issuer has made it for that. */
    private static ContentVerifierProvider signer(BasicOCSPResp basic, X509Certificate issuer)
            throws OperatorCreationException, GeneralSecurityException, IOException {
        JcaContentVerifierProviderBuilder verifiers = new JcaContentVerifierProviderBuilder();
        X509CertificateHolder[] enclosed = basic.getCerts();
        X509CertificateHolder own = new JcaX509CertificateHolder(issuer);
        if (enclosed.length == 0 || enclosed[0].equals(own)) {
            return verifiers.build(issuer.getPublicKey());
        }
        X509Certificate delegate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(enclosed[0].getEncoded()));
        delegate.verify(issuer.getPublicKey());
        delegate.checkValidity();
        if (delegate.getExtendedKeyUsage() == null
                || !delegate.getExtendedKeyUsage().contains(KeyPurposeId.id_kp_OCSPSigning.getId())) {
            throw new IOException("the OCSP answer is signed by a certificate that was not made for it");
        }
        return verifiers.build(delegate.getPublicKey());
    }

    private static Answer answer(SingleResp single, byte[] encoded) throws IOException {
        Instant now = Instant.now();
        Instant until = single.getNextUpdate() == null
                ? now.plus(USUAL_VALIDITY)
                : single.getNextUpdate().toInstant();
        if (single.getThisUpdate().toInstant().isAfter(now.plus(CLOCK_DIFFERENCE))
                || until.isBefore(now.minus(CLOCK_DIFFERENCE))) {
            throw new IOException("the OCSP answer is not of this time");
        }
        CertificateStatus status = single.getCertStatus();
        if (status != CertificateStatus.GOOD && !(status instanceof RevokedStatus)) {
            throw new IOException("the OCSP responder does not know the certificate");
        }
        return new Answer(status != CertificateStatus.GOOD, encoded, until);
    }

    /** Whom the certificate names (RFC 5280 section 4.2.2.1). */
    private static Optional<URI> named(X509Certificate certificate) {
        try {
            AuthorityInformationAccess access = AuthorityInformationAccess.fromExtensions(
                    new JcaX509CertificateHolder(certificate).getExtensions());
            if (access == null) {
                return Optional.empty();
            }
            for (AccessDescription description : access.getAccessDescriptions()) {
                GeneralName location = description.getAccessLocation();
                if (description.getAccessMethod().equals(AccessDescription.id_ad_ocsp)
                        && location.getTagNo() == GeneralName.uniformResourceIdentifier) {
                    return Optional.of(URI.create(location.getName().toString()))
                            .filter(uri -> "http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
                }
            }
            return Optional.empty();
        } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static DigestCalculator sha1() throws OperatorCreationException, OCSPException {
        return digests().get(CertificateID.HASH_SHA1);
    }

    private static DigestCalculatorProvider digests() throws OperatorCreationException {
        return new JcaDigestCalculatorProviderBuilder().build();
    }
}
