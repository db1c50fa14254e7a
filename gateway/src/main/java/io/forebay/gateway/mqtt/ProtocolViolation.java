package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.ReasonCode;

/** A device broke the protocol: its connection ends with this reason code (MQTT-4.13). */
final class ProtocolViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ReasonCode reason;

    ProtocolViolation(ReasonCode reason, String sentence) {
        // No stack trace: a hostile device must not make us pay for one.
        super(sentence, null, false, false);
        this.reason = reason;
    }

    ReasonCode reason() {
        return reason;
    }
}
