package io.forebay.gateway.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.ECKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class JwtKeyServerTest {
    private static final long REFRESH_MS = 600_000;
    private static final long PAUSE_MS = 30_000;
    private static final String OLD = JwtTokens.set(JwtTokens.P256);
    private static final String NEW = JwtTokens.set(JwtTokens.P256, renamed("next"));

    private final Deque<Promise<String>> asked = new ArrayDeque<>();
    private long nowMs = 1_000;
    private int fetches;
    private final JwtKeyServer server = new JwtKeyServer(this::fetch, () -> nowMs, REFRESH_MS, PAUSE_MS);

    private static ECKey renamed(String id) {
        return new ECKey.Builder(JwtTokens.P256).keyID(id).build();
    }

    private Future<String> fetch() {
        fetches++;
        asked.add(Promise.promise());
        return asked.getLast().future();
    }

    private Future<JwtKeys> keysFor(String kid) {
        return server.keysFor(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(kid).build());
    }

    private static boolean has(Future<JwtKeys> keys, String kid) {
        return keys.result()
                .hasFor(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(kid).build());
    }

    private void start() {
        Future<JwtKeys> first = keysFor("p256");
        asked.poll().complete(OLD);
        assertTrue(first.succeeded());
    }

    @Test
    void manyWhoComeAtOnceCostOneFetch() {
        Future<JwtKeys> one = keysFor("p256");
        Future<JwtKeys> two = keysFor("other");
        assertFalse(one.isComplete() || two.isComplete());
        asked.poll().complete(OLD);

        assertTrue(has(one, "p256") && has(two, "p256"));
        assertEquals(1, fetches);
    }

    @Test
    void aKeyThatIsNotKnownIsFetchedButNotMoreOftenThanAllowed() {
        start();
        assertFalse(has(keysFor("next"), "next"), "too soon");
        assertEquals(1, fetches);

        nowMs += PAUSE_MS;
        Future<JwtKeys> waiting = keysFor("next");
        assertTrue(keysFor("p256").isComplete(), "who has a known key does not wait");
        asked.poll().complete(NEW);
        assertTrue(has(waiting, "next"));
        for (int i = 0; i < 1_000; i++) {
            assertTrue(keysFor("made-up-" + i).isComplete());
        }
        assertEquals(2, fetches);
    }

    @Test
    void oldKeysAreReplacedWithoutAnybodyWaiting() {
        start();
        nowMs += REFRESH_MS;
        assertTrue(keysFor("p256").isComplete());
        asked.poll().complete(JwtTokens.set(renamed("next")));

        assertTrue(has(keysFor("next"), "next"));
        nowMs += PAUSE_MS;
        Future<JwtKeys> gone = keysFor("p256");
        asked.poll().complete(JwtTokens.set(renamed("next")));
        assertFalse(has(gone, "p256"), "a key that is taken back is gone");
    }

    @Test
    void whileNothingCanBeFetchedTheOldKeysServeAndThatIsSaid() {
        start();
        nowMs += REFRESH_MS;
        assertTrue(keysFor("p256").isComplete());
        asked.poll().fail("connection refused");
        assertTrue(has(keysFor("p256"), "p256"));
        assertTrue(server.fault().orElseThrow().contains("connection refused"));
        assertEquals(2, fetches, "it is not asked again at once");

        nowMs += PAUSE_MS;
        Future<JwtKeys> again = keysFor("next");
        asked.poll().complete(NEW);
        assertTrue(has(again, "next"));
        assertTrue(server.fault().isEmpty());
    }

    @Test
    void anAddressThatCannotEvenBeAskedIsAskedAgainLater() {
        int[] attempts = {0};
        JwtKeyServer broken = new JwtKeyServer(
                () -> {
                    attempts[0]++;
                    throw new IllegalArgumentException("no address");
                },
                () -> nowMs,
                REFRESH_MS,
                PAUSE_MS);
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("p256").build();

        assertTrue(broken.keysFor(header).failed());
        nowMs += PAUSE_MS;
        assertTrue(broken.keysFor(header).failed());
        assertEquals(2, attempts[0]);
    }

    @Test
    void withoutAnyKeysNothingIsAccepted() {
        Future<JwtKeys> first = keysFor("p256");
        asked.poll().complete("<html>");
        assertTrue(first.failed());
        assertTrue(keysFor("p256").failed(), "nor is it asked again at once");
        assertEquals(1, fetches);

        nowMs += PAUSE_MS;
        Future<JwtKeys> later = keysFor("p256");
        asked.poll().complete(OLD);
        assertTrue(has(later, "p256"));
    }
}
