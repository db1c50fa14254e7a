package io.forebay.gateway.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service of the operator decides what devices may do. Answers are kept as long as they allow; what it does not answer in time
 * and in form is no answer, and never a yes. Any thread.
 */
public final class AskedAccess implements Access {
    private static final Logger LOG = LoggerFactory.getLogger(AskedAccess.class);

    /**
     * @param cacheMax how many answers are kept, beyond it the least used ones are not
     * @param cacheSecondsMax how long at most, whatever they say
     * @param reviewMs how often subscriptions of who is connected are asked about
     * @param waitMaxMs how long a message waits for an answer
     */
    public record Limits(int cacheMax, long cacheSecondsMax, long reviewMs, long waitMaxMs) {}

    private final HttpCaller service;
    private final boolean proven;
    private final Limits limits;
    private final AuthenticationMeters meters;
    private final Cache<AccessQuestion, AccessAnswer> answers;
    /** Why it gave no answer the last time; empty if it did. */
    private final AtomicReference<String> fault = new AtomicReference<>("");

    /** @param proven whether user names are proven, or else only said */
    public AskedAccess(HttpCaller service, boolean proven, Limits limits, AuthenticationMeters meters) {
        this.service = service;
        this.proven = proven;
        this.limits = limits;
        this.meters = meters;
        answers = Caffeine.newBuilder()
                .maximumWeight(limits.cacheMax())
                .<AccessQuestion, AccessAnswer>weigher((question, answer) -> question.weight())
                .expireAfter(Expiry.<AccessQuestion, AccessAnswer>creating(
                        (question, answer) -> Duration.ofSeconds(keptFor(answer))))
                .build();
    }

    @Override
    public Permissions permissions(String clientId, Identity identity) {
        return new AskedPermissions(this, new AccessSubject(clientId, identity));
    }

    @Override
    public boolean areNamesProven() {
        return proven;
    }

    Limits limits() {
        return limits;
    }

    /** What is wrong with the service, as its last answer was, or was none. */
    public Optional<String> fault() {
        return Optional.of(fault.get()).filter(sentence -> !sentence.isEmpty());
    }

    /** @return complete at once if it is known; on the caller's event loop otherwise, and fails if there is no answer */
    Future<AccessAnswer> ask(AccessQuestion question) {
        AccessAnswer known = answers.getIfPresent(question);
        if (known != null) {
            meters.rightRemembered();
            return Future.succeededFuture(known);
        }
        Promise<AccessAnswer> promise = Promise.promise();
        Context asking = Vertx.currentContext();
        // What it throws fails as well.
        Future.succeededFuture()
                .compose(now -> service.post(question.json()))
                .map(AccessAnswer::read)
                .onComplete(done -> {
                    note(question, done);
                    if (asking == null) {
                        promise.handle(done);
                    } else {
                        asking.runOnContext(turn -> promise.handle(done));
                    }
                });
        return promise.future();
    }

    private void note(AccessQuestion question, AsyncResult<AccessAnswer> done) {
        if (done.succeeded()) {
            answered(question, done.result());
        } else {
            missed(done.cause());
        }
    }

    private void answered(AccessQuestion question, AccessAnswer answer) {
        meters.rightAsked(answer.allowed() ? "allowed" : "denied");
        if (keptFor(answer) > 0) {
            answers.put(question, answer);
        }
        if (!fault.getAndSet("").isEmpty()) {
            LOG.info("The webhook says again what devices may do (acl.webhook.url)");
        }
    }

    private void missed(Throwable cause) {
        meters.rightAsked("no-answer");
        if (fault.getAndSet("What devices may do cannot be asked (acl.webhook.url): " + said(cause))
                .isEmpty()) {
            LOG.warn(
                    "What devices may do cannot be asked, what is not known waits or is refused (acl.webhook.url): {}",
                    said(cause));
        }
    }

    /** Of an answer nothing is quoted: it is somebody else's text, of any length. */
    private static String said(Throwable cause) {
        return cause instanceof IllegalArgumentException
                ? cause.getMessage()
                : cause instanceof DecodeException || cause instanceof ClassCastException
                        ? "its answer has not the form that it should"
                        : "it does not answer";
    }

    private long keptFor(AccessAnswer answer) {
        return Math.max(0, Math.min(answer.seconds(), limits.cacheSecondsMax()));
    }
}
