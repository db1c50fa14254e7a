package io.forebay.gateway.security;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks one address by HTTP, with a limit on everything: connections, who waits for one, time, and the size of an answer. Follows
 * nobody elsewhere. Any thread.
 */
public final class HttpCaller {
    private static final int CONNECT_MS_MAX = 5_000;

    /**
     * @param ca whose certificates are trusted instead of the system's, PEM
     * @param connectionsMax how many are asked at a time
     * @param waitingMax how many may wait for that; a further one fails at once
     * @param answerBytesMax a longer answer is none
     */
    public record Limits(Optional<Path> ca, int connectionsMax, int waitingMax, long timeoutMs, int answerBytesMax) {}

    /** What came back. */
    record Answer(int status, String body) {}

    private final Vertx vertx;
    private final HttpClient client;
    private final String url;
    private final Limits limits;

    public HttpCaller(Vertx vertx, String url, Limits limits) {
        this.vertx = vertx;
        this.url = url;
        this.limits = limits;
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout((int) Math.min(CONNECT_MS_MAX, limits.timeoutMs()))
                .setVerifyHost(true)
                .setIdleTimeout(60);
        limits.ca().ifPresent(ca -> options.setTrustOptions(new PemTrustOptions().addCertPath(ca.toString())));
        client = vertx.createHttpClient(
                options,
                new PoolOptions().setHttp1MaxSize(limits.connectionsMax()).setMaxWaitQueueSize(limits.waitingMax()));
    }

    /** @return the body of an answer 200; fails for every other one */
    public Future<String> get() {
        return call(HttpMethod.GET, Buffer.buffer())
                .compose(answer -> answer.status() == 200
                        ? Future.succeededFuture(answer.body())
                        : Future.failedFuture("the answer has status " + answer.status()));
    }

    Future<Answer> post(Buffer json) {
        return call(HttpMethod.POST, json);
    }

    private Future<Answer> call(HttpMethod method, Buffer body) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setAbsoluteURI(url)
                .setFollowRedirects(false)
                .setIdleTimeout(limits.timeoutMs());
        if (body.length() > 0) {
            options.putHeader("content-type", "application/json");
        }
        long giveUpAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.timeoutMs());
        return client.request(options)
                .compose(request -> send(request, body, giveUpAt))
                .timeout(limits.timeoutMs(), TimeUnit.MILLISECONDS);
    }

    private Future<Answer> send(HttpClientRequest request, Buffer body, long giveUpAt) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(giveUpAt - System.nanoTime());
        if (leftMs <= 0) { // It has waited for its connection until nobody waited for it.
            var unused = request.reset();
            return Future.failedFuture("it was not asked in time");
        }
        // An answer that drips would hold its connection for as long as it likes.
        long timer = vertx.setTimer(leftMs, late -> request.reset());
        return request.send(body).compose(this::read).onComplete(done -> vertx.cancelTimer(timer));
    }

    private Future<Answer> read(HttpClientResponse response) {
        Buffer body = Buffer.buffer();
        response.handler(part -> {
            if (body.length() + part.length() > limits.answerBytesMax()) {
                var unused = response.request().reset();
            } else {
                body.appendBuffer(part);
            }
        });
        return response.end().map(end -> new Answer(response.statusCode(), body.toString()));
    }
}
