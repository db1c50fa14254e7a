package io.forebay.gateway.mqtt;

import io.netty.handler.codec.mqtt.MqttReasonCodes;

/** A device broke the protocol: its connection ends with this reason code (MQTT-4.13). */
final class ProtocolViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final MqttReasonCodes.Disconnect reason;

    ProtocolViolation(MqttReasonCodes.Disconnect reason, String sentence) {
        // No stack trace: a hostile device must not make us pay for one.
        super(sentence, null, false, false);
        this.reason = reason;
    }

    MqttReasonCodes.Disconnect reason() {
        return reason;
    }
}
