package io.forebay.gateway.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A webhook that says who devices are, and one that does everything else. */
class WebhookIT {
    /** For answers that come. */
    private static final long TIMEOUT_MS = 30_000;
    /** For those that do not. */
    private static final long SHORT_TIMEOUT_MS = 500;

    private final Vertx vertx = Vertx.vertx();
    private final List<JsonObject> asked = new CopyOnWriteArrayList<>();
    private final AtomicReference<Consumer<HttpServerRequest>> answer = new AtomicReference<>();
    private final HttpServer server = join(vertx.createHttpServer()
            .requestHandler(request -> request.body().onSuccess(body -> {
                asked.add(new JsonObject(body));
                answer.get().accept(request);
            }))
            .listen(0, "127.0.0.1"));
    private final AtomicLong now = new AtomicLong(System.currentTimeMillis());
    private final WebhookAuthenticator webhook = webhook(TIMEOUT_MS);
    private final WebhookAuthenticator impatient = webhook(SHORT_TIMEOUT_MS);

    @AfterEach
    void stop() {
        join(vertx.close());
    }

    private WebhookAuthenticator webhook(long timeoutMs) {
        HttpCaller.Limits limits = new HttpCaller.Limits(Optional.empty(), 1, 1, timeoutMs, 1_000);
        return new WebhookAuthenticator(
                new HttpCaller(vertx, "http://127.0.0.1:" + server.actualPort() + "/who", limits), 100, 60, now::get);
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private void answers(String body) {
        answer.set(request -> request.response().end(body));
    }

    private static Proof proof(String password) {
        byte[] bytes = password == null ? null : password.getBytes(StandardCharsets.ISO_8859_1);
        return new Proof("d", "anna", bytes, Optional.of("cn"), "10.0.0.1", 5);
    }

    private Verdict say(String password) {
        return say(webhook, password);
    }

    private static Verdict say(WebhookAuthenticator asked, String password) {
        return join(asked.authenticate(proof(password)));
    }

    private void assertUnavailable(Verdict verdict) {
        assertEquals(Verdict.Why.UNAVAILABLE, ((Verdict.Refused) verdict).why());
        assertFalse(verdict.toString().contains("secret"), "the password was said");
    }

    @Test
    void itSaysWhoADeviceIsFromAllThatTheDeviceHasShown() {
        answers("{\"result\":\"allow\",\"user\":\"zoe\",\"groups\":[\"crew\"],\"validUntil\":4102444800}");

        Identity zoe = new Identity("zoe", false, Set.of("crew"), 4_102_444_800_000L);
        assertEquals(zoe, ((Verdict.Accepted) say("secret")).identity());
        assertEquals(
                new JsonObject()
                        .put("clientId", "d")
                        .put("username", "anna")
                        .put("address", "10.0.0.1")
                        .put("protocolLevel", 5)
                        .put("certificate", "cn")
                        .put("password", "secret"),
                asked.get(0));
        Verdict unused = say("\u00ff\u00fe");
        assertEquals("//4=", asked.get(1).getString("passwordBase64"), "what is no text");
    }

    @Test
    void itMayRefuseOrPassOn() {
        answers("{\"result\":\"deny\"}");
        assertEquals(Verdict.WRONG, say("secret"));
        assertEquals(Verdict.NOT_ALLOWED, say(null));
        answers("{\"result\":\"ignore\"}");
        assertEquals(Verdict.NOT_MINE, say("secret"));
    }

    @Test
    void anAnswerIsKeptAsLongAsItAllowsAndForTheSameQuestionOnly() {
        answers("{\"result\":\"allow\",\"user\":\"zoe\",\"cacheSeconds\":60}");
        assertTrue(say("secret") instanceof Verdict.Accepted);
        answers("{\"result\":\"deny\",\"cacheSeconds\":60}");
        assertTrue(say("secret") instanceof Verdict.Accepted, "it is kept");
        assertEquals(1, asked.size());
        assertEquals(Verdict.WRONG, say("guess"));
        assertEquals(Verdict.WRONG, say("guess"));
        assertEquals(2, asked.size(), "a refusal is kept as well");

        answers("{\"result\":\"allow\",\"user\":\"zoe\"}");
        assertTrue(say("other") instanceof Verdict.Accepted);
        answers("{\"result\":\"deny\"}");
        assertEquals(Verdict.WRONG, say("other"), "nothing was said of keeping it");
    }

    @Test
    void anAnswerThatIsOverIsNotKept() {
        long until = TimeUnit.MILLISECONDS.toSeconds(now.get()) + 50;
        answers("{\"result\":\"allow\",\"user\":\"zoe\",\"cacheSeconds\":60,\"validUntil\":" + until + "}");
        assertTrue(say("secret") instanceof Verdict.Accepted);
        assertTrue(say("secret") instanceof Verdict.Accepted);
        assertEquals(1, asked.size());

        now.set(TimeUnit.SECONDS.toMillis(until));
        answers("{\"result\":\"deny\"}");
        assertEquals(Verdict.WRONG, say("secret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "{}",
                "[]",
                "{\"result\":\"ALLOW\",\"user\":\"a\"}",
                "{\"result\":true,\"user\":\"a\"}",
                "{\"result\":\"allow\"}",
                "{\"result\":\"allow\",\"user\":\"\"}",
                "{\"result\":\"allow\",\"user\":7}",
                "{\"result\":\"allow\",\"user\":\"a\",\"groups\":\"crew\"}",
                "{\"result\":\"allow\",\"user\":\"a\",\"groups\":[7]}",
                "{\"result\":\"allow\",\"user\":\"a\",\"validUntil\":1}",
                "{\"result\":\"allow\",\"user\":\"a\",\"cacheSeconds\":\"long\"}",
                "{\"result\":\"allow\",\"user\":\"a\"} trailing"
            })
    void whatIsNoAnswerLetsNobodyIn(String body) {
        answers(body);
        assertUnavailable(say("secret"));
    }

    @Test
    void anAnswerThatIsTooLongOrElsewhereOrAFailureLetsNobodyIn() {
        String allow = "{\"result\":\"allow\",\"user\":\"a\"}";
        answers(allow + " ".repeat(2_000));
        assertUnavailable(say("secret"));
        for (int status : new int[] {201, 204, 302, 401, 403, 500, 503}) {
            answer.set(request -> request.response()
                    .setStatusCode(status)
                    .putHeader("location", "/elsewhere")
                    .end(status == 204 ? "" : allow));
            assertUnavailable(say("secret"));
        }
    }

    @Test
    void oneThatHangsOrDripsOrIsDownLetsNobodyInAndIsNotWaitedFor() {
        answer.set(request -> {});
        assertUnavailable(say(impatient, "secret"));
        answer.set(request -> {
            request.response().setChunked(true);
            vertx.setPeriodic(20, tick -> request.response().write(" ").onFailure(gone -> vertx.cancelTimer(tick)));
        });
        assertUnavailable(say(impatient, "secret"));
        answers("{\"result\":\"allow\",\"user\":\"zoe\"}");
        assertTrue(acceptsAgain(impatient), "its connection is not free again");

        join(server.close());
        assertUnavailable(say("secret"));
    }

    /** At the tenth question at the latest: one that the machine has kept waiting has no answer either. */
    private static boolean acceptsAgain(WebhookAuthenticator asked) {
        return Stream.generate(() -> say(asked, "secret")).limit(10).anyMatch(Verdict.Accepted.class::isInstance);
    }

    @Test
    void beyondWhoMayWaitADeviceIsToldAtOnce() {
        answer.set(request -> {});
        List<Future<Verdict>> asking = Stream.of("1", "2", "3")
                .map(password -> webhook.authenticate(proof(password)))
                .toList();

        Object unused = join(Future.any(asking));
        // Whoever asks first waits for its connection, too: so it may be one or two of them.
        assertFalse(asking.stream().allMatch(Future::isComplete), "nobody waits");
        join(server.close());
        asking.forEach(each -> assertUnavailable(join(each)));
    }
}
