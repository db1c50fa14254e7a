package io.forebay.gateway.tls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
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
    void failed(String listener, HandshakeFailure failure) {
        count("forebay.tls.handshakes.failed", listener, "reason", failure.word(), 1);
    }

    private void count(String name, String listener, String tag, String value, int times) {
        Counter.builder(name)
                .tag(LISTENER, listener)
                .tag(tag, value)
                .register(registry)
                .increment(times);
    }
}
