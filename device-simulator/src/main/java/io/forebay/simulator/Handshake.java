package io.forebay.simulator;

import io.vertx.core.Vertx;

/**
 * The time from dialling to CONNACK: a place in the gate, and a limit. Owned by its device.
 */
final class Handshake {
    private final Vertx vertx;
    private final ConnectGate gate;
    private final long timeoutMs;
    private boolean inGate;
    private long timer = -1;

    Handshake(Vertx vertx, ConnectGate gate, long timeoutMs) {
        this.vertx = vertx;
        this.gate = gate;
        this.timeoutMs = timeoutMs;
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
        timer = vertx.setTimer(timeoutMs, id -> link.close("it does not answer CONNECT"));
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
