package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.Property;
import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.forebay.storage.AckLevel;
import io.forebay.storage.Message;
import io.forebay.storage.MessageLog;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Steps 1 and 3 of the walk: takes what the device publishes to the log, and acknowledges it once that has happened which
 * its route asks for, mostly: that it is durable. The log completes in the order of the calls, so acknowledgements of one
 * {@link AckLevel} leave in the order received (MQTT-4.6.0-2, -3); what is answered without the log waits for its turn
 * among them. Owned by the connection's event loop.
 */
final class InboundPublishes {
    private final MqttConnection connection;
    private final MqttSetup setup;
    private final Outbound outbound;
    private final Violations violations;
    private final RightsWaits rights;
    private final BooleanSupplier mayMatchOwn;
    private final TopicAliases aliases;
    private final Admission admission;
    private final AnswerOrder order = new AnswerOrder();
    private final LogBacklog backlog;
    private final ReceiveWindow window;
    private final BrokerWaits brokerWaits;
    private final RouteWaits routeWaits;
    private final String username;
    private final boolean v5;

    /** @param mayMatchOwn whether a subscription of this very device is still on its way to the sessions */
    InboundPublishes(
            MqttConnection connection,
            MqttSetup setup,
            Violations violations,
            RightsWaits rights,
            BooleanSupplier mayMatchOwn) {
        this.rights = rights;
        this.mayMatchOwn = mayMatchOwn;
        this.connection = connection;
        this.setup = setup;
        this.outbound = connection.outbound();
        this.violations = violations;
        this.aliases = new TopicAliases(setup.config().topicAliasMaximum(), violations);
        this.username = setup.amqpSide().wantsUsernames() ? connection.username() : "";
        this.admission = new Admission(setup, connection, violations, username);
        this.routeWaits = new RouteWaits(connection, setup, username);
        this.brokerWaits = new BrokerWaits(connection, setup.amqpSide(), username);
        this.v5 = connection.isV5();
        this.backlog = new LogBacklog(setup, connection.socketPause());
        this.window = new ReceiveWindow(violations, v5, setup.config().receiveMaximum());
    }

    /** Throws {@link ProtocolViolation}. */
    void onPublish(Packet.Publish packet) {
        String topic = aliases.resolve(packet);
        setup.meters().published(packet.qos());
        Future<Boolean> allowed = admission.mayPublish(topic, packet);
        if (allowed.succeeded()) {
            take(packet, topic, allowed.result());
        } else {
            rights.insist(
                    allowed,
                    () -> admission.mayPublish(topic, packet),
                    admission.waitMaxMs(),
                    answer -> take(packet, topic, answer));
        }
    }

    private void take(Packet.Publish packet, String topic, boolean allowed) {
        int qos = packet.qos();
        ReasonCode refusal = admission.refusal(topic, packet, allowed);
        if (qos > 0) {
            window.claim(qos, packet.packetId());
            if (refusal == ReasonCode.SUCCESS && window.isInUse(qos, packet.packetId())) {
                refusal = ReasonCode.PACKET_IDENTIFIER_IN_USE;
            }
        }
        if (refusal.isFailure()) {
            setup.meters().publishRefused(refusal);
            connection.tell("publish-" + MqttMeters.tag(refusal), "A message of a device was refused");
            answer(qos, packet.packetId(), v5 ? refusal : ReasonCode.SUCCESS);
            return;
        }
        Optional<AckLevel> level = setup.amqpSide().ackLevel(topic);
        boolean unmatched = !mayMatchOwn.getAsBoolean()
                && level.isEmpty()
                && !setup.sessions().hasSubscriber(topic);
        // In PUBACK alone, as with Mosquitto: PUBREC answers for the packet id, not yet for the message.
        boolean told = unmatched && v5 && qos == 1;
        ReasonCode success = told ? ReasonCode.NO_MATCHING_SUBSCRIBERS : ReasonCode.SUCCESS;
        if (unmatched) {
            setup.meters().unmatched();
        }
        if (unmatched && !packet.retain() && qos < 2) {
            answer(qos, packet.packetId(), success);
        } else {
            // At QoS 2 the record is the handshake's memory as well.
            AckLevel asked = level.orElse(AckLevel.SYNCED);
            if (routeWaits.mustWait(topic)) {
                routeWaits.hold(topic, () -> append(packet, topic, success, asked), () -> drop(qos));
            } else {
                append(packet, topic, success, asked);
            }
        }
    }

    /** At QoS 0 nobody sends it again. */
    private void drop(int qos) {
        if (qos == 0) {
            setup.meters().publishRefused(ReasonCode.QUOTA_EXCEEDED);
        }
    }

    /** PUBREL: the release must be durable before PUBCOMP leaves. */
    void onRelease(int packetId) {
        started(true, 0);
        setup.log().release(connection.clientId(), packetId).onComplete(done -> onReleased(packetId, done));
        backlog.pauseIfFull();
    }

    /** Goes on when the log has all that was published until now. */
    void afterAppends(Runnable next) {
        order.answerInTurn(next);
    }

    boolean isIdle() {
        return backlog.isEmpty();
    }

    private void append(Packet.Publish packet, String topic, ReasonCode success, AckLevel level) {
        Message message = message(packet, topic);
        InFlight publish = new InFlight(message, success, level);
        started(publish.unbounded, publish.bytes);
        Future<MessageLog.Appended> durable = level == AckLevel.APPENDED
                ? setup.log().append(message, publish::acknowledge)
                : setup.log().append(message);
        durable.onComplete(publish::onStored);
        if (level == AckLevel.ACCEPTED) {
            publish.acknowledge();
        }
        backlog.pauseIfFull();
    }

    /** The connection is gone. */
    void end() {
        brokerWaits.end();
        routeWaits.end();
    }

    private Message message(Packet.Publish packet, String topic) {
        return new Message(
                System.currentTimeMillis(),
                connection.clientId(),
                topic,
                packet.qos(),
                packet.retain(),
                packet.dup(),
                ConnectRequest.recordLevel(connection.protocolLevel()),
                packet.packetId(),
                // The alias means something on this connection only.
                packet.properties().without(Property.TOPIC_ALIAS).wire(),
                packet.payload(),
                username);
    }

    /** Acknowledges what is not appended, in its turn. */
    private void answer(int qos, int packetId, ReasonCode reason) {
        if (qos > 0) {
            order.answerInTurn(() -> acknowledge(qos, packetId, reason, AckLevel.ACCEPTED));
        }
    }

    private void acknowledge(int qos, int packetId, ReasonCode reason, AckLevel level) {
        window.answered(qos, packetId, reason);
        if (connection.maySend()) {
            setup.meters().acknowledged(qos, level);
            outbound.acknowledge(qos == 1 ? Outbound.PUBACK : Outbound.PUBREC, packetId, reason);
        }
    }

    private void onReleased(int packetId, AsyncResult<MessageLog.Released> done) {
        backlog.ended(0);
        backlog.freed(true);
        if (done.failed()) {
            connection.onLogFault(done.cause());
            return;
        }
        window.released(packetId);
        if (connection.maySend()) {
            // Also for an id that nobody knows: most often our PUBCOMP was lost, and 0x92 would count as a failure.
            outbound.acknowledge(Outbound.PUBCOMP, packetId, ReasonCode.SUCCESS);
        }
        order.onSettled();
        connection.onSettled();
    }

    /**
     * MQTT 3.1.1 has no Receive Maximum, QoS 0 no acknowledgement, and a lenient listener bears more than Receive
     * Maximum: there TCP has to hold the device back.
     */
    private boolean isUnbounded(int qos) {
        return qos == 0 || !v5 || violations.areBorne();
    }

    private void started(boolean unbounded, int bytes) {
        order.onStarted();
        backlog.begun(unbounded, bytes);
    }

    /** One PUBLISH on its way to its acknowledgement. */
    private final class InFlight {
        private final String topic;
        private final int qos;
        private final int packetId;
        private final int bytes;
        private final ReasonCode success;
        private final AckLevel level;
        private final boolean unbounded;
        private boolean acknowledged;

        InFlight(Message message, ReasonCode success, AckLevel level) {
            this.topic = message.topic(); // Not the message: its payload need not wait for the broker.
            this.qos = message.qos();
            this.packetId = message.packetId();
            this.bytes = message.topic().length() + message.payload().length;
            this.success = success;
            this.level = level;
            // What is acknowledged before it is durable leaves Receive Maximum before it leaves our memory.
            this.unbounded = isUnbounded(qos) || level.compareTo(AckLevel.SYNCED) < 0;
            this.acknowledged = qos == 0; // Nobody waits for it.
        }

        void acknowledge() {
            acknowledge(success);
        }

        private void acknowledge(ReasonCode reason) {
            if (!acknowledged) {
                acknowledged = true;
                InboundPublishes.this.acknowledge(qos, packetId, reason, level);
            }
        }

        void onStored(AsyncResult<MessageLog.Appended> done) {
            backlog.ended(bytes);
            if (done.failed()) {
                connection.onLogFault(done.cause());
                return;
            }
            if (done.result().repeated()) {
                setup.meters().repeated();
            }
            if (level == AckLevel.BROKERED && qos > 0) {
                brokerWaits.await(topic, done.result().before(), this::onSettled);
            } else {
                acknowledge();
                backlog.freed(unbounded);
            }
            backlog.goOn();
            order.onSettled();
            connection.onSettled();
        }

        private void onSettled(boolean accepted) {
            if (accepted || !v5) { // MQTT 3.1.1 has no word for it, and what is in the quarantine is not lost.
                acknowledge();
                backlog.freed(unbounded);
            } else if (qos == 1) {
                refuse();
            } else {
                // Such a PUBREC ends the handshake: the packet id must be free before, or its next message was a
                // repeat.
                setup.log().release(connection.clientId(), packetId).onComplete(released -> refuse());
            }
        }

        private void refuse() {
            acknowledge(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
            backlog.freed(unbounded);
        }
    }
}
