package io.forebay.gateway.tls;

import io.forebay.gateway.tls.OcspChecks.Finding;
import io.forebay.gateway.tls.OcspClient.Question;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** A device that has shown a certificate, from the end of its TLS handshake to the end of its connection. Any thread. */
public final class CertifiedDevice {
    /** Whether it may go on to a session. */
    public enum Verdict {
        ADMITTED("it is admitted"),
        REVOKED("its certificate is revoked"),
        UNTRUSTED("its certificate is of no CA that is trusted any more"),
        NO_IDENTITY("its certificate has no name of the kind that this listener takes an identity from"),
        UNCONFIRMED("nobody could confirm that its certificate is not revoked"),
        CLIENT_ID("its certificate does not allow this client id");

        private final String sentence;

        Verdict(String sentence) {
            this.sentence = sentence;
        }

        public String sentence() {
            return sentence;
        }
    }

    private final LiveListener listener;
    /** Has the whole chain, which is too large to be kept twice. */
    private final SSLSession session;

    private final DeviceCertificate certificate;
    private final Optional<Question> question;
    private final Consumer<Verdict> cut;
    private volatile CompletableFuture<Finding> finding = CompletableFuture.completedFuture(Finding.GOOD);

    CertifiedDevice(
            LiveListener listener,
            SSLSession session,
            DeviceCertificate certificate,
            Optional<Question> question,
            Consumer<Verdict> cut) {
        this.listener = listener;
        this.session = session;
        this.certificate = certificate;
        this.question = question;
        this.cut = cut;
    }

    void await(CompletableFuture<Finding> found) {
        finding = found;
    }

    Optional<Question> question() {
        return question;
    }

    /** Whether all is known that {@link #verdict} needs. */
    public boolean isDecided() {
        return finding.isDone();
    }

    /** @param then is run, on any thread, when all is known: soon, or when nobody has answered in time */
    @SuppressWarnings("FutureReturnValueIgnored") // It always completes, and never fails.
    public void whenDecided(Runnable then) {
        finding.thenRun(then);
    }

    public DeviceCertificate certificate() {
        return certificate;
    }

    /** What it has shown, the certificate first; empty when its connection is gone. */
    X509Certificate[] shown() {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return Arrays.copyOf(chain, chain.length, X509Certificate[].class);
        } catch (SSLPeerUnverifiedException gone) {
            return new X509Certificate[0];
        }
    }

    /** Who it is by its certificate, empty if the listener takes no identity from it. */
    public Optional<String> identity() {
        return certificate.identity();
    }

    /** @param clientId as the device says it, or as it was given one */
    public Verdict verdict(String clientId) {
        Verdict verdict = listener.judge(this, finding.getNow(Finding.NO_ANSWER), clientId);
        if (verdict != Verdict.ADMITTED) {
            listener.countRefusal(verdict);
        }
        return verdict;
    }

    /** Its connection has ended. */
    public void leave() {
        listener.leave(this);
    }

    /** @param why it may not stay */
    void cut(Verdict why) {
        cut.accept(why);
    }
}
