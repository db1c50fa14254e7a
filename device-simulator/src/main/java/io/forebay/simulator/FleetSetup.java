package io.forebay.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import java.util.Random;

/** What all devices of a fleet share. Owned by the event loop of the run. */
record FleetSetup(
        Vertx vertx,
        NetClient net,
        MqttTarget target,
        FleetLoad load,
        Ledger ledger,
        MicroClock clock,
        ConnectGate gate,
        FleetStatistics statistics,
        Random random) {

    String clientId(int device) {
        return "sim-" + String.format("%08x", (int) ledger.runId()) + "-" + device;
    }
}
