package io.forebay.gateway.ops;

import io.forebay.gateway.tls.LiveListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * {@code /metrics}, {@code /live} and {@code /ready} by HTTP, to those who may ask, a few at a time. Owned by its event loop.
 */
public final class OpsServer extends VerticleBase {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final int LINE_BYTES_MAX = 1_024;
    private static final int HEADER_BYTES_MAX = 8_192;
    private static final String REFUSED = "forebay.ops.refused";

    private final OpsConfig config;
    private final OpsRules rules;
    private final PrometheusMeterRegistry meters;
    private final Supplier<Health> health;
    private final Optional<LiveListener> tls;
    /** The open ones, each with the timer that ends it. */
    private final Map<HttpConnection, Long> deadlines = new HashMap<>();

    /** @param tls empty: it speaks HTTP in the clear */
    public OpsServer(
            OpsConfig config, PrometheusMeterRegistry meters, Supplier<Health> health, Optional<LiveListener> tls) {
        this.config = config;
        this.tls = tls;
        this.rules = new OpsRules(config);
        this.meters = meters;
        this.health = health;
    }

    @Override
    public Future<?> start() {
        HttpServer server = vertx.createHttpServer(options())
                .connectionHandler(this::onConnection)
                .requestHandler(this::onRequest);
        return server.listen(config.port(), config.host());
    }

    private HttpServerOptions options() {
        // HTTP/1.1 only: an upgrade is what some clients try of themselves, and nobody who scrapes needs it.
        HttpServerOptions options = new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(false)
                .setMaxInitialLineLength(LINE_BYTES_MAX)
                .setMaxHeaderSize(HEADER_BYTES_MAX);
        tls.ifPresent(live -> {
            live.encrypt(options);
            options.setSslHandshakeTimeout(config.requestTimeoutMs()).setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        });
        return options;
    }

    private void onConnection(HttpConnection connection) {
        if (deadlines.size() >= config.connectionsMax()) {
            count("connections-max");
            close(connection);
            return;
        }
        deadlines.put(connection, deadline(connection));
        connection.closeHandler(closed -> {
            Long timer = deadlines.remove(connection);
            if (timer != null) {
                vertx.cancelTimer(timer);
            }
        });
    }

    /** Whoever sends its request, or takes its answer, byte by byte holds one of few connections for so long and no longer. */
    private long deadline(HttpConnection connection) {
        return vertx.setTimer(config.requestTimeoutMs(), id -> {
            count("request-timeout-s");
            close(connection);
        });
    }

    private static void close(HttpConnection connection) {
        connection.close().onFailure(gone -> {}); // It has left by itself.
    }

    private void onRequest(HttpServerRequest request) {
        OpsRules.Refusal refusal = rules.refusal(request);
        if (refusal != null) {
            count(refusal.name().toLowerCase(Locale.ROOT));
            refuse(request, refusal);
            return;
        }
        switch (request.path()) {
            case "/metrics" -> answer(request, 200, PROMETHEUS, meters.scrape());
            case "/live" -> {
                Health now = health.get();
                answer(request, now.alive() ? 200 : 503, TEXT, rules.isShown(request) ? now.text() : now.word());
            }
            case "/ready" -> {
                Health now = health.get();
                answer(request, now.ready() ? 200 : 503, TEXT, now.text());
            }
            default -> answer(request, 404, TEXT, "There are /metrics, /live and /ready.\n");
        }
    }

    private void refuse(HttpServerRequest request, OpsRules.Refusal refusal) {
        HttpServerResponse response = request.response().putHeader("connection", "close");
        if (refusal == OpsRules.Refusal.TOKEN) {
            response.putHeader("www-authenticate", "Bearer");
        }
        answer(request, refusal.status, TEXT, refusal.sentence + "\n");
    }

    private void answer(HttpServerRequest request, int status, String type, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", type)
                .putHeader("cache-control", "no-store")
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("content-security-policy", "default-src 'none'; frame-ancestors 'none'")
                .putHeader("referrer-policy", "no-referrer")
                .end(body)
                .onComplete(done -> onAnswered(request.connection()));
    }

    /** The next request has as much time again. */
    private void onAnswered(HttpConnection connection) {
        Long timer = deadlines.get(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
            deadlines.put(connection, deadline(connection));
        }
    }

    private void count(String reason) {
        Counter.builder(REFUSED).tag("reason", reason).register(meters).increment();
    }
}
