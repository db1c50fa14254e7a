package io.forebay.simulator;

import io.forebay.simulator.chaos.TcpProxy;
import io.forebay.simulator.scenario.FaultSpec;
import io.forebay.simulator.scenario.ProxySpec;
import io.forebay.simulator.scenario.Scenario;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The proxies of a run: those of the scenario, and one before the MQTT or the AMQP broker if a fault is to hit it; without a
 * fault nobody takes the detour. Owned by the event loop of the run.
 */
final class Proxies {
    static final String MQTT = "mqtt";
    static final String AMQP = "amqp";

    private final Vertx vertx;
    private final Map<String, TcpProxy> proxies = new HashMap<>();
    private final Map<String, Integer> ports = new HashMap<>();

    Proxies(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Succeeds when all of them listen. */
    Future<Void> start(RunPlan plan) {
        List<Future<Integer>> starting = new ArrayList<>();
        Scenario scenario = plan.scenario();
        AmqpTarget amqp = plan.amqp().get(0);
        for (ProxySpec spec : scenario.proxies()) {
            starting.add(
                    spec.host().isEmpty()
                            ? start(spec, amqp.host(), amqp.port())
                            : start(spec, spec.host(), spec.port()));
        }
        if (isHit(scenario, MQTT)) {
            starting.add(start(own(MQTT), plan.mqtt().host(), plan.mqtt().port()));
        }
        if (isHit(scenario, AMQP)) {
            starting.add(start(own(AMQP), amqp.host(), amqp.port()));
        }
        return Future.all(starting).mapEmpty();
    }

    private static ProxySpec own(String name) {
        return new ProxySpec(name, "localhost", 0, "", 0);
    }

    private static boolean isHit(Scenario scenario, String name) {
        return scenario.faults().stream().map(FaultSpec::on).anyMatch(name::equals);
    }

    private Future<Integer> start(ProxySpec spec, String host, int port) {
        TcpProxy proxy = new TcpProxy(vertx, host, port);
        proxies.put(spec.name(), proxy);
        return proxy.start(spec.address(), spec.listen())
                .onSuccess(actual -> ports.put(spec.name(), actual))
                .recover(failure -> Future.failedFuture(new SimulationException(
                        "The proxy " + spec.name() + " cannot listen on " + spec.address() + ":" + spec.listen() + ": "
                                + failure.getMessage() + ".",
                        failure)));
    }

    Map<String, TcpProxy> byName() {
        return proxies;
    }

    /** The plan, with the ends that have a proxy replaced by it. */
    RunPlan detour(RunPlan plan) {
        MqttTarget mqtt = plan.mqtt();
        if (ports.containsKey(MQTT)) {
            mqtt = new MqttTarget("localhost", ports.get(MQTT), mqtt.credentials(), mqtt.level());
        }
        List<AmqpTarget> amqp = plan.amqp();
        if (ports.containsKey(AMQP)) {
            amqp = amqp.stream()
                    .map(target -> new AmqpTarget("localhost", ports.get(AMQP), target.credentials(), target.address()))
                    .toList();
        }
        return plan.via(mqtt, amqp);
    }

    Future<Void> close() {
        return Future.join(proxies.values().stream().map(TcpProxy::close).toList())
                .mapEmpty();
    }
}
