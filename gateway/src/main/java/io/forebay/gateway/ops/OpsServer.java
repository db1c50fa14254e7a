package io.forebay.gateway.ops;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Supplier;

/** {@code /metrics}, {@code /live} and {@code /ready} by HTTP. Owned by its event loop. */
public final class OpsServer extends VerticleBase {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final String host;
    private final int port;
    private final PrometheusMeterRegistry meters;
    private final Supplier<Health> health;
    private HttpServer server;

    public OpsServer(String host, int port, PrometheusMeterRegistry meters, Supplier<Health> health) {
        this.host = host;
        this.port = port;
        this.meters = meters;
        this.health = health;
    }

    @Override
    public Future<?> start() {
        // HTTP/1.1 only: an upgrade is what some clients try of themselves, and nobody who scrapes needs it.
        server = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .requestHandler(this::onRequest);
        return server.listen(port, host);
    }

    private void onRequest(HttpServerRequest request) {
        switch (request.path()) {
            case "/metrics" -> answer(request, 200, PROMETHEUS, meters.scrape());
            case "/live" -> {
                Health now = health.get();
                answer(request, now.alive() ? 200 : 503, TEXT, now.text());
            }
            case "/ready" -> {
                Health now = health.get();
                answer(request, now.ready() ? 200 : 503, TEXT, now.text());
            }
            default -> answer(request, 404, TEXT, "There are /metrics, /live and /ready.\n");
        }
    }

    private static void answer(HttpServerRequest request, int status, String type, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", type)
                .end(body)
                .onFailure(gone -> {}); // The asker has left.
    }
}
