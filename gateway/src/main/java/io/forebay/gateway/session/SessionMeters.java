package io.forebay.gateway.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters {@code forebay.sessions.*}, and the lines about what was dropped, one in ten seconds for each reason. Owned by the
 * thread forebay-sessions; the registry reads from any.
 */
final class SessionMeters {
    private static final Logger LOG = LoggerFactory.getLogger(SessionMeters.class);
    private static final long QUIET_MS = 10_000;

    private final Map<Drop, Dropped> dropped = new EnumMap<>(Drop.class);
    private final Counter[] delivered = new Counter[3];
    private final Counter unwatched;
    private final Timer commit;
    private long queuedMessages;
    private long queuedBytes;

    private static final class Dropped {
        private final Counter counter;
        private long quietUntilMs;
        private long notShown;

        Dropped(Counter counter) {
            this.counter = counter;
        }
    }

    SessionMeters(MeterRegistry registry, Supplier<SessionStatus> status) {
        for (Drop reason : Drop.values()) {
            dropped.put(
                    reason,
                    new Dropped(Counter.builder("forebay.sessions.dropped")
                            .description("Messages that did not go to a subscriber, or were not retained")
                            .tag("reason", reason.tag())
                            .register(registry)));
        }
        for (int qos = 0; qos <= 2; qos++) {
            delivered[qos] = Counter.builder("forebay.sessions.delivered")
                    .description("Messages handed to connections, repeats counted")
                    .tag("qos", Integer.toString(qos))
                    .register(registry);
        }
        unwatched = Counter.builder("forebay.sessions.unwatched")
                .description(
                        "Copies of messages of which it should have been told what became of them, beyond the limit")
                .register(registry);
        commit = Timer.builder("forebay.sessions.commit")
                .description("How long a commit of the state takes")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(50_000))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry);
        gauge(registry, "count", "Sessions", status, SessionStatus::sessions);
        gauge(registry, "connected", "Sessions with a connection", status, SessionStatus::connected);
        gauge(registry, "subscriptions", "Subscriptions", status, SessionStatus::subscriptions);
        gauge(registry, "queued.messages", "Messages in the queues", status, SessionStatus::queuedMessages);
        gauge(registry, "queued.bytes", "Bytes in the queues", status, SessionStatus::queuedBytes);
        gauge(registry, "retained.messages", "Retained messages", status, SessionStatus::retained);
        gauge(registry, "retained.bytes", "Bytes of the retained messages", status, SessionStatus::retainedBytes);
        gauge(registry, "wills.waiting", "Wills on their way", status, SessionStatus::willsWaiting);
        gauge(registry, "lag", "Durable records not yet in the queues", status, SessionStatus::lagRecords);
        gauge(registry, "writable", "1 if the state can be written", status, now -> now.takesCommits() ? 1 : 0);
    }

    private static void gauge(
            MeterRegistry registry,
            String name,
            String description,
            Supplier<SessionStatus> status,
            ToDoubleFunction<SessionStatus> value) {
        Gauge.builder("forebay.sessions." + name, () -> value.applyAsDouble(status.get()))
                .description(description)
                .register(registry);
    }

    void dropped(Drop reason, int messages, long nowMs) {
        if (messages == 0) {
            return;
        }
        Dropped kind = dropped.get(reason);
        kind.counter.increment(messages);
        if (!reason.isWarned()) {
            return;
        }
        kind.notShown += messages;
        if (nowMs >= kind.quietUntilMs) {
            LOG.warn("{} [messages={}]", reason.sentence(), kind.notShown);
            kind.notShown = 0;
            kind.quietUntilMs = nowMs + QUIET_MS;
        }
    }

    void delivered(int qos) {
        delivered[qos].increment();
    }

    void unwatched() {
        unwatched.increment();
    }

    void committed(long nanos) {
        commit.record(nanos, TimeUnit.NANOSECONDS);
    }

    void queued(long messages, long bytes) {
        queuedMessages += messages;
        queuedBytes += bytes;
    }

    long queuedMessages() {
        return queuedMessages;
    }

    long queuedBytes() {
        return queuedBytes;
    }
}
