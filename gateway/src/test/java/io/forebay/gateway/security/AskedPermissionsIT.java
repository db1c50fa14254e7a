package io.forebay.gateway.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What follows from a review of subscriptions, whose answers come when the test says. */
class AskedPermissionsIT {
    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<HttpServerRequest> questions = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        Object unused = await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private void answer(String result) throws InterruptedException {
        HttpServerRequest question = questions.poll(60, TimeUnit.SECONDS);
        var unused = question.response().end("{\"result\":\"" + result + "\"}");
    }

    private static boolean mayReceive(Permissions device, String topic) {
        return device.receives(topic) != Permissions.DENIED;
    }

    @Test
    void whatIsSubscribedToDuringAReviewIsNotLeftOutForIt() throws Exception {
        HttpServer server =
                await(vertx.createHttpServer().requestHandler(questions::add).listen(0, "127.0.0.1"));
        AskedAccess access = new AskedAccess(
                new HttpCaller(
                        vertx,
                        "http://127.0.0.1:" + server.actualPort(),
                        new HttpCaller.Limits(Optional.empty(), 1, 10, 60_000, 1_000)),
                true,
                new AskedAccess.Limits(0, 0, 1, 1),
                new AuthenticationMeters(new SimpleMeterRegistry()));
        Permissions device = access.permissions("d", Identity.of("anna"));
        AccessFilter plant = AccessFilter.of("plant/#");
        assertTrue(mayReceive(device, "plant/a"), "what the session has was allowed");

        Future<List<AccessFilter>> review = device.review(List.of(plant, AccessFilter.of("open")));
        device.subscribed("new");
        answer("deny");
        answer("allow");
        assertEquals(List.of(plant), await(review));
        assertFalse(mayReceive(device, "plant/a"));
        assertTrue(mayReceive(device, "open") && mayReceive(device, "new"));
        device.unsubscribed("new");
        assertFalse(mayReceive(device, "new"));

        review = device.review(List.of(plant));
        answer("allow");
        assertEquals(List.of(), await(review));
        assertTrue(mayReceive(device, "plant/a"));
    }
}
