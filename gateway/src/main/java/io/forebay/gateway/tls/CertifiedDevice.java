package io.forebay.gateway.tls;

import java.util.Optional;

/** A device that has shown a certificate, from the end of its TLS handshake to the end of its connection. Any thread. */
public final class CertifiedDevice {
    /** Whether it may go on to a session. */
    public enum Verdict {
        ADMITTED("it is admitted"),
        REVOKED("its certificate is revoked"),
        NO_IDENTITY("its certificate has no name of the kind that this listener takes an identity from"),
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
    private final Runnable cut;

    CertifiedDevice(LiveListener listener, DeviceCertificate certificate, Runnable cut) {
        this.listener = listener;
        this.certificate = certificate;
        this.cut = cut;
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
        Verdict verdict = listener.judge(certificate, clientId);
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
