package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.ReasonCode;

/** A CONNECT that is answered with a refusal. */
final class ConnectRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** No CONNACK: before MQTT 5 a broken CONNECT is answered by closing (MQTT 3.1.1 section 4.8). */
    static final int SILENT = -1;

    /** What speaks here has not told its protocol level. */
    static final int UNKNOWN_LEVEL = 0;

    private static final int UNACCEPTABLE_PROTOCOL_VERSION = 1;
    private static final int IDENTIFIER_REJECTED = 2;
    private static final int SERVER_UNAVAILABLE = 3;
    private static final int BAD_USER_NAME_OR_PASSWORD = 4;
    private static final int NOT_AUTHORIZED = 5;

    private final ReasonCode reason;

    /** @param reason {@link #codeFor} says it to a device before MQTT 5 */
    ConnectRefused(ReasonCode reason, String sentence) {
        super(sentence, null, false, false);
        this.reason = reason;
    }

    ReasonCode reason() {
        return reason;
    }

    /** The code in the words of this protocol level: 3.1.1 knows five refusals only (MQTT 3.1.1, table 3.1). */
    int codeFor(int protocolLevel) {
        if (protocolLevel >= ConnectRequest.LEVEL_5) {
            return reason.value();
        }
        if (protocolLevel == UNKNOWN_LEVEL) {
            return SILENT;
        }
        return switch (reason) {
            case UNSUPPORTED_PROTOCOL_VERSION -> UNACCEPTABLE_PROTOCOL_VERSION;
            case CLIENT_IDENTIFIER_NOT_VALID -> IDENTIFIER_REJECTED;
            case BAD_USER_NAME_OR_PASSWORD -> BAD_USER_NAME_OR_PASSWORD;
            case NOT_AUTHORIZED -> NOT_AUTHORIZED;
            case SERVER_BUSY, SERVER_UNAVAILABLE, QUOTA_EXCEEDED, USE_ANOTHER_SERVER -> SERVER_UNAVAILABLE;
            default -> SILENT;
        };
    }
}
