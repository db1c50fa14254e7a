package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.Packet;
import io.forebay.gateway.mqtt.codec.Properties;
import io.forebay.gateway.mqtt.codec.Property;
import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.forebay.gateway.security.Permissions;
import io.forebay.gateway.session.Delivery;
import io.forebay.gateway.session.SessionHold;
import io.forebay.gateway.session.Subscriber;
import io.vertx.core.AsyncResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes what the session has for the device to its socket, and the device's answers to the session, which keeps the
 * window. Owned by the connection's event loop.
 */
final class OutboundPublishes implements Subscriber {
    private static final long NO_EXPIRY = -1;

    /** The packet that a message waits for. */
    private enum Due {
        PUBACK,
        PUBREC,
        /** Or once more PUBREC, from a device that has not seen PUBREL. */
        PUBCOMP
    }

    private final MqttConnection connection;
    private final MqttSetup setup;
    private final Outbound outbound;
    private final Violations violations;
    private final OutboundAliases aliases;
    private final Permissions permissions;
    private final boolean v5;
    private final AnswerOrder releases = new AnswerOrder();
    /** What is due for each packet id that is on its way; the session bounds how many. */
    private final Map<Integer, Due> due = new HashMap<>();
    /** What came before CONNACK was written, or is not to be sent now; the session bounds how many. */
    private final List<Delivery> held = new ArrayList<>();

    private boolean halted;
    private boolean deviceReads = true;

    private SessionHold hold;

    OutboundPublishes(MqttConnection connection, MqttSetup setup, ClientLimits limits, Violations violations) {
        this.connection = connection;
        this.setup = setup;
        this.outbound = connection.outbound();
        this.violations = violations;
        this.aliases = new OutboundAliases(
                Math.min(limits.topicAliasMaximum(), setup.config().protocol().outboundTopicAliasMaximum()));
        this.permissions = connection.permissions();
        this.v5 = connection.isV5();
    }

    /** CONNACK is written. */
    void start(SessionHold opened) {
        hold = opened;
        if (halted) {
            hold.writable(false);
        } else {
            deliverHeld();
        }
    }

    private void deliverHeld() {
        if (!held.isEmpty()) {
            List<Delivery> now = List.copyOf(held);
            held.clear();
            deliver(now);
        }
    }

    /** Nothing is sent until {@link #goOn}: it waits in the session, but for QoS 0, which nobody waits for. */
    void halt() {
        if (!halted) {
            halted = true;
            tellWritable();
        }
    }

    void goOn() {
        if (halted) {
            halted = false;
            if (hold != null) {
                deliverHeld();
            }
            tellWritable();
        }
    }

    /** Whether the device reads what is sent to it. */
    void onWritable(boolean reads) {
        deviceReads = reads;
        tellWritable();
    }

    private void tellWritable() {
        if (hold != null) {
            hold.writable(deviceReads && !halted);
        }
    }

    @Override
    public void deliver(List<Delivery> deliveries) {
        if (hold == null) {
            held.addAll(deliveries);
            return;
        }
        if (halted) {
            deliveries.forEach(this::holdBack);
            return;
        }
        if (!connection.maySend()) {
            return;
        }
        long now = System.currentTimeMillis();
        for (Delivery delivery : deliveries) {
            if (delivery instanceof Delivery.Publication publication) {
                publish(publication, now);
            } else if (delivery instanceof Delivery.Release release) {
                due.put(release.packetId(), Due.PUBCOMP);
                outbound.acknowledge(Outbound.PUBREL, release.packetId(), ReasonCode.SUCCESS);
            }
        }
    }

    private void holdBack(Delivery delivery) {
        if (delivery instanceof Delivery.Publication publication && publication.qos() == 0) {
            leaveOut(publication, "rights-unknown");
        } else {
            held.add(delivery);
        }
    }

    @Override
    public void overrun(String sentence) {
        connection.disconnect(ReasonCode.QUOTA_EXCEEDED, sentence);
    }

    private void publish(Delivery.Publication publication, long now) {
        int qosMax = permissions.receives(publication.topic());
        if (qosMax == Permissions.DENIED) {
            leaveOut(publication, "denied");
        } else if (publication.qos() <= qosMax || publication.dup()) { // What has begun at a QoS is brought to its end.
            send(publication, now);
        } else {
            send(publication.at(qosMax), now);
            if (qosMax == 0) {
                hold.refused(publication.packetId()); // Nobody will say that the device has it.
            }
        }
    }

    private void send(Delivery.Publication publication, long now) {
        if (publication.qos() == 0 && !outbound.hasRoom()) {
            leaveOut(publication, "slow-reader");
        } else if (write(publication, now)) {
            setup.meters().delivered(publication.qos());
            if (publication.qos() > 0) {
                due.put(publication.packetId(), publication.qos() == 1 ? Due.PUBACK : Due.PUBREC);
            }
        } else {
            leaveOut(publication, "too-large"); // As if it had been sent (MQTT-3.1.2-25).
        }
    }

    /** @return whether the device takes a packet of this size */
    private boolean write(Delivery.Publication publication, long now) {
        int alias = aliases.known(publication.topic());
        if (alias != OutboundAliases.NONE) {
            return writeIfItFits(packet(publication, "", alias, now));
        }
        int fresh = aliases.free();
        if (fresh != OutboundAliases.NONE && writeIfItFits(packet(publication, publication.topic(), fresh, now))) {
            aliases.set(publication.topic(), fresh);
            return true;
        }
        return writeIfItFits(packet(publication, publication.topic(), OutboundAliases.NONE, now));
    }

    private boolean writeIfItFits(Packet.Publish packet) {
        boolean fits = outbound.fits(packet);
        if (fits) {
            outbound.packet(packet);
        }
        return fits;
    }

    private Packet.Publish packet(Delivery.Publication publication, String topic, int alias, long now) {
        return new Packet.Publish(
                publication.qos(),
                publication.retain(),
                publication.dup(),
                topic,
                publication.packetId(),
                v5 ? properties(publication, alias, now) : Properties.NONE,
                publication.payload());
    }

    private static Properties properties(Delivery.Publication publication, int alias, long now) {
        int[] subscriptionIds = publication.subscriptionIds();
        boolean plain = publication.properties().length == 0;
        if (plain && subscriptionIds.length == 0 && alias == OutboundAliases.NONE) {
            return Properties.NONE;
        }
        Properties.Builder properties = Properties.builder();
        if (alias != OutboundAliases.NONE) {
            properties.number(Property.TOPIC_ALIAS, alias);
        }
        for (int id : subscriptionIds) {
            properties.number(Property.SUBSCRIPTION_IDENTIFIER, id); // MQTT-3.3.4-3
        }
        if (!plain) {
            properties.all(publishers(new Properties(publication.properties()), now - publication.arrivedAtMs()));
        }
        return properties.build();
    }

    /** What the publisher sent, unaltered and in order but for the time that has gone by (MQTT-3.3.2-6, -17, -18). */
    private static Properties publishers(Properties sent, long waitedMs) {
        long expiry = sent.number(Property.MESSAGE_EXPIRY_INTERVAL, NO_EXPIRY);
        return expiry == NO_EXPIRY
                ? sent
                : sent.with(Property.MESSAGE_EXPIRY_INTERVAL, Math.max(0, expiry - Math.max(0, waitedMs) / 1_000));
    }

    private void leaveOut(Delivery.Publication publication, String reason) {
        setup.meters().leftOut(reason);
        if (publication.qos() > 0) {
            hold.refused(publication.packetId());
        }
    }

    void onPuback(Packet.Puback packet) {
        if (isDue(packet.packetId(), Due.PUBACK)) {
            due.remove(packet.packetId());
            if (isFailure(packet.reasonCode())) {
                hold.refused(packet.packetId());
            } else {
                hold.acknowledged(packet.packetId());
            }
        }
    }

    private static boolean isFailure(int reasonCode) {
        return reasonCode >= ReasonCode.UNSPECIFIED_ERROR.value();
    }

    void onPubrec(Packet.Pubrec packet) {
        int packetId = packet.packetId();
        boolean failed = isFailure(packet.reasonCode());
        if (due.get(packetId) == Due.PUBCOMP || isDue(packetId, Due.PUBREC)) {
            if (failed) {
                due.remove(packetId);
                hold.refused(packetId);
            } else {
                due.put(packetId, Due.PUBCOMP);
                releases.onStarted();
                hold.received(packetId).onComplete(done -> onReceived(packetId, done));
            }
        } else if (!failed) {
            releases.answerInTurn(() -> release(packetId));
        }
    }

    void onPubcomp(Packet.Pubcomp packet) {
        if (isDue(packet.packetId(), Due.PUBCOMP)) {
            due.remove(packet.packetId());
            hold.completed(packet.packetId());
        }
    }

    /** Whether this answer is due; throws {@link ProtocolViolation} if another one is (MQTT-4.3.2-2, MQTT-4.3.3-1). */
    private boolean isDue(int packetId, Due answer) {
        Due expected = due.get(packetId);
        if (expected == null) {
            // Of an earlier connection, say.
            violations.count(Violations.Kind.WRONG_ACKNOWLEDGEMENT);
        } else if (expected != answer) {
            violations.bear(
                    Violations.Kind.WRONG_ACKNOWLEDGEMENT,
                    ReasonCode.PROTOCOL_ERROR,
                    answer + " came for a message that waits for " + expected);
        }
        return expected == answer;
    }

    private void onReceived(int packetId, AsyncResult<Boolean> done) {
        if (done.failed()) {
            // Not durable, so PUBREL may not leave: the device asks again on its next connection.
            connection.disconnect(ReasonCode.UNSPECIFIED_ERROR, done.cause().getMessage());
            return;
        }
        release(packetId);
        releases.onSettled();
    }

    /** In the order of the PUBRECs (MQTT-4.6.0-4); also for an id that nobody knows, so that the device can be done. */
    private void release(int packetId) {
        if (connection.maySend()) {
            outbound.acknowledge(Outbound.PUBREL, packetId, ReasonCode.SUCCESS);
        }
    }
}
