package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.forebay.gateway.security.Permissions;
import io.forebay.storage.LogState;
import io.vertx.core.Future;

/**
 * Which PUBLISH is taken. A topic that begins with a dollar is one like any other here, {@code $share/...} among them: no
 * filter with a leading wildcard matches it (MQTT-4.7.2-1), and {@code $SYS/#} is denied by default. Owned by the
 * connection's event loop.
 */
final class Admission {
    private static final Future<Boolean> REFUSED = Future.succeededFuture(false);

    private final MqttSetup setup;
    private final boolean v5;
    private final Violations violations;
    private final Permissions permissions;
    private final String clientId;
    private final String username;

    /** @param username as it is in the messages */
    Admission(MqttSetup setup, MqttConnection connection, Violations violations, String username) {
        this.setup = setup;
        this.v5 = connection.isV5();
        this.permissions = connection.permissions();
        this.clientId = connection.clientId();
        this.username = username;
        this.violations = violations;
    }

    /**
     * Whether the rules allow it; fails if that cannot be said now. For what is refused anyway nobody is asked.
     */
    Future<Boolean> mayPublish(String topic, Packet.Publish packet) {
        return PublishChecks.isOurs(topic)
                        || !PublishChecks.isTopic(
                                topic, setup.config().protocol().topicLevelsMax())
                ? REFUSED
                : permissions.mayPublish(topic, packet.qos(), packet.retain());
    }

    /** For how long at most a message waits for that. */
    long waitMaxMs() {
        return permissions.waitMaxMs();
    }

    /**
     * Throws {@link ProtocolViolation} where only the end of the connection can say it.
     *
     * @param allowed what {@link #mayPublish} has said
     * @return SUCCESS, or why it is dropped
     */
    ReasonCode refusal(String topic, Packet.Publish packet, boolean allowed) {
        if (!PublishChecks.isTopic(topic, setup.config().protocol().topicLevelsMax())) {
            return refused(packet.qos(), ReasonCode.TOPIC_NAME_INVALID, "the topic has more levels than it may");
        }
        if (!PublishChecks.isPayloadAsSaid(packet.properties(), packet.payload())) {
            return badPayload(packet.qos());
        }
        if (!allowed || PublishChecks.isOurs(topic)) {
            return denied(packet.qos());
        }
        // A repeat at QoS 2 may be in the log: after a refusal its packet id would be free to the device and taken to
        // us.
        boolean refusable = v5 && !(packet.dup() && packet.qos() == 2);
        return refusable && (isLogFull() || isRouteFull(topic)) ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SUCCESS;
    }

    private boolean isLogFull() {
        return setup.config().protocol().whenLogFull() == ProtocolConfig.WhenLogFull.REFUSE
                && setup.log().state() == LogState.FULL;
    }

    private boolean isRouteFull(String topic) {
        return setup.amqpSide()
                .whenFull(clientId, username, topic)
                .filter(when -> when == ProtocolConfig.WhenLogFull.REFUSE)
                .isPresent();
    }

    /** Where there is no acknowledgement to say it, DISCONNECT does. */
    private ReasonCode refused(int qos, ReasonCode reason, String sentence) {
        if (qos == 0 || !v5) {
            throw new ProtocolViolation(reason, sentence);
        }
        return reason;
    }

    private ReasonCode badPayload(int qos) {
        String sentence = "the payload is not UTF-8 as the Payload Format Indicator says";
        if (violations.areBorne() || qos == 0) {
            violations.bear(Violations.Kind.PAYLOAD_FORMAT, ReasonCode.PAYLOAD_FORMAT_INVALID, sentence);
            return ReasonCode.SUCCESS;
        }
        violations.count(Violations.Kind.PAYLOAD_FORMAT);
        return ReasonCode.PAYLOAD_FORMAT_INVALID;
    }

    private ReasonCode denied(int qos) {
        boolean unspeakable = !v5 && qos > 0;
        if (unspeakable && setup.config().access().deniedPublish() == AccessConfig.DeniedPublish.DISCONNECT) {
            throw new ProtocolViolation(ReasonCode.NOT_AUTHORIZED, "a denied topic was published");
        }
        return ReasonCode.NOT_AUTHORIZED;
    }
}
