package io.forebay.gateway.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PasswordAuthenticatorTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HashPool pool = new HashPool(1, 1, 60_000);
    private final AtomicReference<UserFile> file = new AtomicReference<>(users("anna", "secret"));
    private final PasswordAuthenticator passwords =
            new PasswordAuthenticator(file::get, pool, new ProvenPasswords(100, 60), new AuthenticationMeters(meters));

    @AfterEach
    void stop() {
        pool.close();
    }

    private static UserFile users(String name, String password) {
        String hash = PasswordHash.of(bytes(password)).text();
        return UserFile.parse(List.of("# users", "", name + ":" + hash), new byte[1]);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Proof proof(String user, String password) {
        return new Proof("d", user, password == null ? null : bytes(password), Optional.empty(), "", 5);
    }

    private String say(String user, String password) {
        Verdict verdict = join(passwords.authenticate(proof(user, password)));
        return verdict instanceof Verdict.Accepted accepted
                ? "accepted " + accepted.identity().user()
                : verdict instanceof Verdict.Refused refused ? refused.why().name() : "not mine";
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private double hashes() {
        return meters.get("forebay.authentication.hashes").functionCounter().count();
    }

    @Test
    void theRightPasswordOfAKnownUserIsAccepted() {
        assertEquals("accepted anna", say("anna", "secret"));
        assertEquals("WRONG", say("anna", "guess"));
        assertEquals("not mine", say("ben", "secret"));
        assertEquals("not mine", say("anna", null));
        assertEquals("not mine", say("", "secret"));
    }

    @Test
    void anUnknownUserCostsTheWorkOfAWrongPassword() {
        String unused = say("anna", "guess");
        assertEquals(1, hashes());
        unused = say("nobody", "guess");
        assertEquals(2, hashes());

        file.set(UserFile.parse(List.of(), new byte[1]));
        unused = say("anna", "guess");
        assertEquals(3, hashes(), "also where the file has no passwords");
    }

    @Test
    void aPasswordThatWasRightIsNotComputedAgainUntilItIsChanged() {
        for (int i = 0; i < 10; i++) {
            assertEquals("accepted anna", say("anna", "secret"));
        }
        assertEquals(1, hashes());
        assertEquals("WRONG", say("anna", "guess"), "what is remembered is not the user");

        file.set(users("anna", "fresh"));
        assertEquals("WRONG", say("anna", "secret"));
        assertEquals("accepted anna", say("anna", "fresh"));
        file.set(users("ben", "secret"));
        assertEquals("not mine", say("anna", "fresh"), "a user who is deleted is gone at once");
    }

    @Test
    void beyondTheQueueNobodyWaits() throws InterruptedException {
        CountDownLatch computing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Future<Verdict> running = pool.submit(() -> {
            computing.countDown();
            await(goOn);
            return Verdict.NOT_MINE;
        });
        computing.await();
        Future<Verdict> waiting = pool.submit(() -> Verdict.NOT_MINE);

        assertEquals("UNAVAILABLE", say("anna", "secret"));
        assertFalse(waiting.isComplete());
        goOn.countDown();
        assertEquals(Verdict.NOT_MINE, join(running));
        assertEquals(Verdict.NOT_MINE, join(waiting));
    }

    @Test
    void forWhomHasWaitedTooLongNothingIsComputed() {
        try (HashPool impatient = new HashPool(1, 1, -1)) {
            Verdict verdict = join(impatient.submit(() -> {
                throw new AssertionError("it was computed");
            }));

            assertEquals(Verdict.Why.UNAVAILABLE, ((Verdict.Refused) verdict).why());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
