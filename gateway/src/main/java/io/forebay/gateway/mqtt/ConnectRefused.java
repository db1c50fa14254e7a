package io.forebay.gateway.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;

/** A CONNECT that is answered with a refusal. */
final class ConnectRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final MqttConnectReturnCode code;

    /** @param code the MQTT 5 reason code; {@link #codeFor} says it to a 3.1.1 device */
    ConnectRefused(MqttConnectReturnCode code, String sentence) {
        super(sentence, null, false, false);
        this.code = code;
    }

    MqttConnectReturnCode code() {
        return code;
    }

    /** The code in the words of this protocol level: 3.1.1 knows five refusals only (MQTT 3.1.1, table 3.1). */
    MqttConnectReturnCode codeFor(int protocolLevel) {
        if (protocolLevel >= 5) {
            return code;
        }
        return switch (code) {
            case CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION ->
                MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION;
            case CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID ->
                MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED;
            default -> MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE;
        };
    }
}
