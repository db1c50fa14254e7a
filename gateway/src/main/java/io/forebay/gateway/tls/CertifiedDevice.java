package io.forebay.gateway.tls;

import io.forebay.gateway.tls.OcspChecks.Finding;
import io.forebay.gateway.tls.OcspClient.Question;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A device that has shown a certificate, from the end of its TLS handshake to the end of its connection. Any thread. */
public final class CertifiedDevice {
    /** Whether it may go on to a session. */
    public enum Verdict {
        ADMITTED("it is admitted"),
        REVOKED("its certificate is revoked"),
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
    private final DeviceCertificate certificate;
    private final Optional<Question> question;
    private final Runnable cut;
    private volatile CompletableFuture<Finding> finding = CompletableFuture.completedFuture(Finding.GOOD);

    CertifiedDevice(LiveListener listener, DeviceCertificate certificate, Optional<Question> question, Runnable cut) {
        this.listener = listener;
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

    /** Who it is by its certificate, empty if the listener takes no identity from it. */
    public Optional<String> identity() {
        return certificate.identity();
    }

    /** @param clientId as the device says it, or as it was given one */
    public Verdict verdict(String clientId) {
        Verdict verdict = listener.judge(certificate, finding.getNow(Finding.NO_ANSWER), clientId);
        if (verdict != Verdict.ADMITTED) {
            listener.countRefusal(verdict);
        }
        return verdict;
    }

    /** Its connection has ended. */
    public void leave() {
        listener.leave(this);
    }

    void cut() {
        cut.run();
    }
}
