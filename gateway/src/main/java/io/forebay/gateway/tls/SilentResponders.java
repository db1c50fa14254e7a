package io.forebay.gateway.tls;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Which OCSP responders have not answered several times in a row: they are left alone for a while, so that a fleet that comes back
 * does not wait for one that is down, device by device. Then one question tries it. Any thread.
 */
final class SilentResponders {
    private static final int SILENT_AFTER = 3;
    /** Certificates name them, which our CAs have signed; still nothing grows without a bound. */
    private static final int RESPONDERS_MAX = 1_000;

    /** @param askAt when it may be asked again, if there were enough failures */
    private record Silence(int failures, long askAt) {}

    private final Map<URI, Silence> silent = new ConcurrentHashMap<>();
    private final long pauseNanos;
    private final LongSupplier nanoTime;

    SilentResponders(long pauseMs, LongSupplier nanoTime) {
        this.pauseNanos = TimeUnit.MILLISECONDS.toNanos(pauseMs);
        this.nanoTime = nanoTime;
    }

    boolean mayAsk(URI responder) {
        Silence silence = silent.get(responder);
        if (silence == null || silence.failures() < SILENT_AFTER) {
            return true;
        }
        long now = nanoTime.getAsLong();
        return now - silence.askAt() >= 0
                && silent.replace(responder, silence, new Silence(silence.failures(), now + pauseNanos));
    }

    /** Whatever it said. */
    void answered(URI responder) {
        silent.remove(responder);
    }

    void didNotAnswer(URI responder) {
        if (pauseNanos > 0 && (silent.size() < RESPONDERS_MAX || silent.containsKey(responder))) {
            long askAt = nanoTime.getAsLong() + pauseNanos;
            silent.merge(
                    responder,
                    new Silence(1, askAt),
                    (old, one) -> new Silence(Math.min(old.failures() + 1, SILENT_AFTER), askAt));
        }
    }
}
