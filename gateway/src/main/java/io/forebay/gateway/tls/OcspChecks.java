package io.forebay.gateway.tls;

import io.forebay.gateway.tls.OcspClient.Answer;
import io.forebay.gateway.tls.OcspClient.Question;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether certificates of devices are revoked. Any thread may ask and none waits: responders are asked by threads
 * of its own, forebay-ocsp, so many at once and so many waiting, and answers are remembered for a while.
 */
final class OcspChecks implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OcspChecks.class);
    private static final long COMPLAIN_EVERY_NS = TimeUnit.SECONDS.toNanos(10);

    /** What is known of a certificate. */
    enum Finding {
        GOOD,
        REVOKED,
        /** Nobody answered in time, or nothing that can be believed. */
        NO_ANSWER
    }

    private record Key(X500Principal issuer, BigInteger serial) {}

    private record Known(Finding finding, Instant until) {}

    private final OcspConfig config;
    private final OcspClient client;
    private final SilentResponders silent;
    private final TlsMeters meters;
    private final ThreadPoolExecutor threads;
    private final AtomicLong complainAt = new AtomicLong(System.nanoTime());
    /** By the time of the last use; guarded by itself. */
    private final Map<Key, Known> known;

    OcspChecks(OcspConfig config, TlsMeters meters) {
        this.config = config;
        this.client = new OcspClient(config);
        this.silent = new SilentResponders(config.pauseMs(), System::nanoTime);
        this.meters = meters;
        this.threads = new ThreadPoolExecutor(
                config.atOnceMax(),
                config.atOnceMax(),
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(config.waitingMax()),
                work -> {
                    Thread thread = new Thread(work, "forebay-ocsp");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        this.known = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) {
                return size() > config.cacheMax();
            }
        };
    }

    /** Completes with what is found, on any thread, after two time limits at the latest. */
    CompletableFuture<Finding> check(Question question) {
        Finding before = remembered(question);
        if (before != null) {
            return CompletableFuture.completedFuture(before);
        }
        if (!client.responder(question).map(silent::mayAsk).orElse(true)) {
            Finding finding = withoutAnswer(question);
            meters.asked(finding);
            return CompletableFuture.completedFuture(finding);
        }
        CompletableFuture<Finding> found = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                if (!found.isDone()) { // Whoever waited too long has been answered.
                    found.complete(ask(question));
                }
            });
        } catch (RejectedExecutionException full) {
            complain("too many devices wait for an answer, mqtt.tls.ocsp.waiting-max");
            found.complete(withoutAnswer(question));
        }
        return found.completeOnTimeout(withoutAnswer(question), 2L * config.timeoutMs(), TimeUnit.MILLISECONDS)
                .whenComplete((finding, never) -> meters.asked(finding));
    }

    /** What was revoked stays so, however long ago that was said. */
    private Finding withoutAnswer(Question question) {
        synchronized (known) {
            Known before = known.get(key(question));
            return before != null && before.finding() == Finding.REVOKED ? Finding.REVOKED : Finding.NO_ANSWER;
        }
    }

    private Finding ask(Question question) {
        try {
            Answer answer = client.ask(question);
            client.responder(question).ifPresent(silent::answered);
            Finding finding = answer.isRevoked() ? Finding.REVOKED : Finding.GOOD;
            Instant forgotten = Instant.now().plusSeconds(config.cacheSeconds());
            remember(question, new Known(finding, answer.until().isBefore(forgotten) ? answer.until() : forgotten));
            return finding;
        } catch (OcspClient.Unreachable silence) {
            client.responder(question).ifPresent(silent::didNotAnswer);
            complain(String.valueOf(silence.getMessage()));
            return withoutAnswer(question);
        } catch (IOException fault) {
            // Of this certificate it says nothing that can be believed; of another one it may.
            client.responder(question).ifPresent(silent::answered);
            complain(String.valueOf(fault.getMessage()));
            return withoutAnswer(question);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return withoutAnswer(question);
        }
    }

    private Finding remembered(Question question) {
        synchronized (known) {
            Known before = known.get(key(question));
            return before != null && Instant.now().isBefore(before.until()) ? before.finding() : null;
        }
    }

    private void remember(Question question, Known found) {
        synchronized (known) {
            known.put(key(question), found);
        }
    }

    private static Key key(Question question) {
        return new Key(question.issuer().getSubjectX500Principal(), question.serial());
    }

    private void complain(String why) {
        long now = System.nanoTime();
        long due = complainAt.get();
        if (now - due >= 0 && complainAt.compareAndSet(due, now + COMPLAIN_EVERY_NS)) {
            log.warn("Whether a certificate is revoked was not found out: {} [then={}]", why, config.devices());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
