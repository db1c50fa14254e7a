package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.forebay.gateway.session.SessionException;
import io.forebay.storage.LogException;
import io.forebay.storage.LogState;

/** When a CONNECT is refused for want of room. */
final class Overload {
    private Overload() {}

    /** Throws {@link ConnectRefused}. */
    static void check(MqttSetup setup) {
        MqttConfig config = setup.config();
        if (setup.meters().connections() > config.connectionsMax()) {
            boolean another = !config.protocol().serverReference().isEmpty();
            throw new ConnectRefused(
                    another ? ReasonCode.USE_ANOTHER_SERVER : ReasonCode.SERVER_BUSY, "connections-max is reached");
        }
        if (setup.log().state() != LogState.OPEN) {
            throw new ConnectRefused(
                    setup.log().state() == LogState.FULL ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SERVER_UNAVAILABLE,
                    "the log takes no messages now");
        }
    }

    /** What a session that could not be opened means to the device. */
    static ConnectRefused refusal(Throwable cause) {
        if (cause instanceof SessionOpening.TooManyOfUser) {
            return new ConnectRefused(ReasonCode.QUOTA_EXCEEDED, cause.getMessage());
        }
        if (cause instanceof SessionException refused && refused.kind() == SessionException.Kind.TOO_MANY_OF_USER) {
            return new ConnectRefused(ReasonCode.QUOTA_EXCEEDED, "sessions-per-user-max is reached");
        }
        boolean limit = (cause instanceof LogException fault && fault.kind() == LogException.Kind.TOO_MANY_SESSIONS)
                || (cause instanceof SessionException refused
                        && refused.kind() == SessionException.Kind.TOO_MANY_SESSIONS);
        return limit
                ? new ConnectRefused(ReasonCode.QUOTA_EXCEEDED, "sessions-max is reached")
                : new ConnectRefused(ReasonCode.SERVER_UNAVAILABLE, "no session can be opened now");
    }
}
