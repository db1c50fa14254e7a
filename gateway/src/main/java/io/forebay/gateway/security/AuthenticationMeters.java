package io.forebay.gateway.security;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** What authentication counts. Any thread. */
public final class AuthenticationMeters {
    private final MeterRegistry registry;
    private final LongAdder hashes = new LongAdder();
    private final LongAdder remembered = new LongAdder();
    private final LongAdder rightsRemembered = new LongAdder();

    public AuthenticationMeters(MeterRegistry registry) {
        this.registry = registry;
        registry.more().counter("forebay.authentication.hashes", Tags.empty(), hashes);
        registry.more().counter("forebay.authentication.remembered", Tags.empty(), remembered);
        registry.more().counter("forebay.access.remembered", Tags.empty(), rightsRemembered);
    }

    /** @return the verdict */
    Verdict counted(String by, Verdict verdict) {
        String outcome = verdict instanceof Verdict.Refused refused
                ? refused.why().name().toLowerCase(Locale.ROOT)
                : "accepted";
        Counter.builder("forebay.authentication")
                .tags("by", by, "outcome", outcome)
                .register(registry)
                .increment();
        return verdict;
    }

    /** A password hash was computed, which is dear. */
    void hashed() {
        hashes.increment();
    }

    /** Somebody was asked what a device may do. */
    void rightAsked(String outcome) {
        Counter.builder("forebay.access.asked")
                .tags("outcome", outcome)
                .register(registry)
                .increment();
    }

    /** What a device may do was known, without asking. */
    void rightRemembered() {
        rightsRemembered.increment();
    }

    /** A password was known to be right, without computing. */
    void remembered() {
        remembered.increment();
    }
}
