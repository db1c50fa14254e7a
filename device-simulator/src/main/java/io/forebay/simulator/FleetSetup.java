package io.forebay.simulator;

import io.forebay.simulator.ledger.Ledger;
import io.forebay.simulator.scenario.ConnectionSpec;
import io.forebay.simulator.scenario.FleetSpec;
import io.forebay.simulator.scenario.TrafficSpec;
import io.vertx.core.Vertx;
import java.util.Random;

/**
 * What all devices of a fleet share. Owned by the event loop of the run.
 *
 * @param firstDevice number of its first device in the ledger
 * @param dueMax messages that may be due at one device and not yet sent
 */
record FleetSetup(
        Vertx vertx,
        Dialler dialler,
        FleetSpec spec,
        int firstDevice,
        int dueMax,
        Ledger ledger,
        MicroClock clock,
        ConnectGate gate,
        FleetStatistics statistics,
        Random random) {
    String clientId(int number) {
        String template = spec.connection().clientId();
        return template.isEmpty()
                ? "sim-" + String.format("%08x", (int) ledger.runId()) + "-" + (firstDevice + number)
                : TrafficSpec.fill(template, number, 0);
    }

    /** Whether a session is worth keeping over a reconnect. */
    boolean persistent() {
        return spec.connection().persistent()
                && (spec.traffic().qos().acknowledged()
                        || !spec.traffic().subscriptions().isEmpty());
    }

    ConnectionSpec connection() {
        return spec.connection();
    }

    TrafficSpec traffic() {
        return spec.traffic();
    }
}
