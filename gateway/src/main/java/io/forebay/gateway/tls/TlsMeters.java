package io.forebay.gateway.tls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Supplier;

/** What TLS counts. Any thread. */
final class TlsMeters {
    private static final String LISTENER = "listener";
    private static final double SECONDS_A_DAY = Duration.ofDays(1).toSeconds();

    private final MeterRegistry registry;

    TlsMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param what server, client-ca or crl; not there as long as there is no such day */
    void expiry(String listener, String what, Supplier<Instant> day, Supplier<Instant> now) {
        Gauge.builder(
                        "forebay.tls.certificate.expiry.days",
                        () -> day.get().equals(Instant.MAX) ? Double.NaN : days(now.get(), day.get()))
                .tag(LISTENER, listener)
                .tag("certificate", what)
                .register(registry);
    }

    static double days(Instant now, Instant day) {
        return Duration.between(now, day).toSeconds() / SECONDS_A_DAY;
    }

    void reloaded(String listener, boolean done) {
        count("forebay.tls.reloads", listener, "outcome", done ? "done" : "failed", 1);
    }

    /** While it was connected. */
    void cut(String listener, CertifiedDevice.Verdict why) {
        count("forebay.tls.cut", listener, "reason", reason(why), 1);
    }

    void asked(OcspChecks.Finding finding) {
        Counter.builder("forebay.tls.ocsp")
                .tag("finding", finding.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .register(registry)
                .increment();
    }

    /** After the handshake. */
    void refused(String listener, CertifiedDevice.Verdict verdict) {
        count("forebay.tls.refused", listener, "reason", reason(verdict), 1);
    }

    private static String reason(CertifiedDevice.Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** In the handshake. */
    void failed(String listener, Throwable cause) {
        count("forebay.tls.handshakes.failed", listener, "reason", reason(cause), 1);
    }

    /** One of few words, whatever a device has done. */
    private static String reason(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathValidatorException path) {
                if (path.getReason() == BasicReason.REVOKED) {
                    return "revoked";
                } else if (path.getReason() == BasicReason.EXPIRED || path.getReason() == BasicReason.NOT_YET_VALID) {
                    return "out-of-date";
                }
                return "not-trusted";
            }
        }
        String words = String.valueOf(fault.getMessage()).toLowerCase(Locale.ROOT);
        if (words.contains("unable to find valid certification path") || words.contains("certificate_unknown")) {
            return "not-trusted";
        } else if (words.contains("peer_did_not_return_a_certificate") || words.contains("empty client certificate")) {
            return "no-certificate";
        } else if (words.contains("timed out")) {
            return "timeout";
        }
        return "other";
    }

    private void count(String name, String listener, String tag, String value, int times) {
        Counter.builder(name)
                .tag(LISTENER, listener)
                .tag(tag, value)
                .register(registry)
                .increment(times);
    }
}
