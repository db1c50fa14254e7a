package io.forebay.gateway.mqtt.accept;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens at the door, for whoever looks at it: counted all of it, told once in ten seconds. Owned by the
 * thread that accepts; the meters are read by any.
 */
final class AcceptMeters {
    private static final Logger log = LoggerFactory.getLogger(AcceptMeters.class);
    private static final long TELL_EVERY_NS = TimeUnit.SECONDS.toNanos(10);

    private final MeterRegistry registry;
    private final Timer wait;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger handshakes = new AtomicInteger();
    private long tellAgainAt;
    private long untold;
    private boolean told;

    AcceptMeters(MeterRegistry registry) {
        this.registry = registry;
        this.wait = Timer.builder("forebay.mqtt.accept.wait").register(registry);
        registry.gauge("forebay.mqtt.accept.waiting", waiting);
        registry.gauge("forebay.mqtt.accept.handshakes", handshakes);
    }

    /** @param waitedNs how long it was in line */
    void admitted(long waitedNs) {
        wait.record(waitedNs, TimeUnit.NANOSECONDS);
    }

    /** A connection that is closed before it could say anything. */
    void refused(String limit, SourceAddress address, long now) {
        Counter.builder("forebay.mqtt.accept.refused")
                .tag("limit", limit)
                .register(registry)
                .increment();
        if (told && now - tellAgainAt < 0) {
            untold++;
            return;
        }
        log.info(
                "A connection was closed unread: a limit is reached [limit={}, address={}, more={}]",
                limit,
                address,
                untold);
        told = true;
        untold = 0;
        tellAgainAt = now + TELL_EVERY_NS;
    }

    /** How it is now. */
    void now(int waitingNow, int handshakesNow) {
        waiting.set(waitingNow);
        handshakes.set(handshakesNow);
    }
}
