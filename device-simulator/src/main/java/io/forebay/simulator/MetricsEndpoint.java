package io.forebay.simulator;

import io.forebay.simulator.ledger.Ledger;
import io.forebay.simulator.ledger.Tally;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.function.ToDoubleFunction;

/** Prometheus during a run, on this machine only. Owned by the event loop of the run, where scrapes are answered. */
final class MetricsEndpoint {
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpServer server;
    private final Ledger ledger;

    MetricsEndpoint(Vertx vertx, Ledger ledger, FleetStatistics fleets) {
        this.ledger = ledger;
        server = vertx.createHttpServer().requestHandler(request -> {
            boolean known = request.path().equals("/metrics");
            request.response().putHeader("content-type", TYPE).setStatusCode(known ? 200 : 404);
            request.response()
                    .end(known ? registry.scrape() : "Try /metrics.\n")
                    .onFailure(gone -> {});
        });
        counter("published", "messages that devices sent", Tally::published);
        counter("acknowledged", "messages that the broker acknowledged", Tally::acknowledged);
        counter("arrived", "different messages that reached the consumer", Tally::arrived);
        counter("repeated", "messages that arrived again", Tally::repeated);
        counter("out.of.order", "messages that arrived after a later one of their topic", Tally::outOfOrder);
        counter("corrupt", "messages that arrived damaged", Tally::corrupt);
        gauge("awaited", "messages acknowledged and not arrived", l -> l.awaited());
        Gauge.builder("forebay.simulator.online", fleets, f -> (double) f.online)
                .description("devices that are connected")
                .register(registry);
        Gauge.builder("forebay.simulator.due", fleets, f -> (double) f.due)
                .description("messages due and not sent")
                .register(registry);
        FunctionCounter.builder("forebay.simulator.connections.lost", fleets, f -> (double) f.connectionsLost)
                .description("connections that devices lost")
                .register(registry);
        gauge(
                "acknowledge.p99.seconds",
                "99th percentile from due to acknowledged",
                l -> l.acknowledging().all().p99Us() / 1e6);
        gauge(
                "arrive.p99.seconds",
                "99th percentile from due to arrived",
                l -> l.arriving().all().p99Us() / 1e6);
    }

    private void counter(String name, String description, ToDoubleFunction<Tally> value) {
        FunctionCounter.builder("forebay.simulator." + name, ledger, l -> value.applyAsDouble(l.tally()))
                .description(description)
                .register(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<Ledger> value) {
        Gauge.builder("forebay.simulator." + name, ledger, value)
                .description(description)
                .register(registry);
    }

    /** Succeeds when it listens; does nothing for port 0. */
    Future<Void> start(int port) {
        if (port == 0) {
            return Future.succeededFuture();
        }
        return server.listen(port, "localhost")
                .<Void>mapEmpty()
                .recover(failure -> Future.failedFuture(new SimulationException(
                        "Metrics cannot be served on port " + port + ": " + failure.getMessage() + ".", failure)));
    }

    Future<Void> close() {
        registry.close();
        return server.close().otherwiseEmpty();
    }
}
