package io.forebay.simulator;

import io.vertx.core.Vertx;

/**
 * The time from dialling to CONNACK: a place in the gate, and a limit. Owned by its device.
 */
final class Handshake {
    private static final long CONNECT_TIMEOUT_MS = 10_000;

    private final Vertx vertx;
    private final ConnectGate gate;
    private boolean inGate;
    private long timer = -1;

    Handshake(Vertx vertx, ConnectGate gate) {
        this.vertx = vertx;
        this.gate = gate;
    }

    /** Dials when it is this device's turn. */
    void queue(Runnable dial) {
        gate.enter(() -> {
            inGate = true;
            dial.run();
        });
    }

    /** CONNECT is sent. */
    void limit(MqttLink link) {
        timer = vertx.setTimer(CONNECT_TIMEOUT_MS, id -> link.close("it does not answer CONNECT"));
    }

    /** However it ended; does nothing if it is not going on. */
    void done() {
        vertx.cancelTimer(timer);
        if (inGate) {
            inGate = false;
            gate.leave();
        }
    }
}
