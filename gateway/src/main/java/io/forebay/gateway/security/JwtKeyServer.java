package io.forebay.gateway.security;

import com.nimbusds.jose.JWSHeader;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that are fetched by HTTP: when they are old, and when a token names one that is not known, since keys are changed
 * without a word. Not more often than allowed, whatever tokens name. Any thread; one fetch at a time.
 */
public final class JwtKeyServer implements JwtKeySource {
    private static final Logger LOG = LoggerFactory.getLogger(JwtKeyServer.class);

    /** @param at when they were asked for */
    private record Known(JwtKeys keys, long at) {}

    private final Supplier<Future<String>> fetch;
    private final LongSupplier clockMs;
    private final long refreshMs;
    private final long pauseMs;
    private final AtomicReference<Known> known = new AtomicReference<>();
    private final AtomicReference<Future<JwtKeys>> fetching = new AtomicReference<>();
    private final AtomicReference<String> fault = new AtomicReference<>("");

    /**
     * @param fetch asks for the set; its answer is limited in time and size
     * @param refreshMs after that they are asked for again
     * @param pauseMs that lies at least between two fetches
     */
    public JwtKeyServer(Supplier<Future<String>> fetch, LongSupplier clockMs, long refreshMs, long pauseMs) {
        this.fetch = fetch;
        this.clockMs = clockMs;
        this.refreshMs = refreshMs;
        this.pauseMs = pauseMs;
    }

    @Override
    public Future<JwtKeys> keysFor(JWSHeader header) {
        Known now = known.get();
        long age = now == null ? Long.MAX_VALUE : clockMs.getAsLong() - now.at();
        boolean usable = now != null && now.keys().hasFor(header);
        if (now == null || (age >= pauseMs && (!usable || age >= refreshMs))) {
            Future<JwtKeys> fresh = fetchOnce(now);
            return usable ? Future.succeededFuture(now.keys()) : fresh; // Old keys serve until new ones are here.
        }
        // Nothing but a fetch that failed: there is nothing to check tokens with.
        return now.keys() == JwtKeys.NONE
                ? Future.failedFuture("the keys could not be fetched")
                : Future.succeededFuture(now.keys());
    }

    /** Who signs changes keys as a matter of course; a token that is valid longer than its key is the signer's affair. */
    @Override
    public boolean has(JwtKeys.Key key) {
        return true;
    }

    /** What is wrong with the last fetch. */
    public Optional<String> fault() {
        return Optional.of(fault.get()).filter(sentence -> !sentence.isEmpty());
    }

    private Future<JwtKeys> fetchOnce(Known before) {
        Promise<JwtKeys> promise = Promise.promise();
        Future<JwtKeys> running = fetching.compareAndExchange(null, promise.future());
        if (running != null) {
            return running;
        }
        JwtKeys old = before == null ? JwtKeys.NONE : before.keys();
        long at = clockMs.getAsLong();
        // What it throws fails as well, or nobody would ever ask again.
        Future.succeededFuture()
                .compose(now -> fetch.get())
                .map(JwtKeys::ofJson)
                .onComplete(done -> {
                    if (done.succeeded()) {
                        LOG.debug("Keys of tokens were fetched [{}]", done.result());
                        fault.set("");
                        known.set(new Known(done.result(), at));
                    } else {
                        failed(done.cause());
                        known.set(new Known(old, at));
                    }
                    fetching.set(null);
                    if (done.failed() && old == JwtKeys.NONE) {
                        promise.fail(done.cause());
                    } else {
                        promise.complete(known.get().keys());
                    }
                });
        return promise.future();
    }

    private void failed(Throwable cause) {
        String sentence = "The keys of tokens cannot be fetched (authentication.jwt.keys-url): " + cause.getMessage();
        if (!sentence.equals(fault.getAndSet(sentence))) {
            LOG.warn(sentence);
        }
    }
}
