package io.forebay.simulator;

import io.netty.handler.codec.mqtt.MqttMessage;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The messages of one device: those that it still has to publish, as a number, and those in flight, in the order in which
 * they were published first. Owned by its device.
 */
final class Outbox {
    private static final int PACKET_ID_MAX = 65_535;
    // A device with a long way to go must not keep the event loop from the others.
    private static final int PUBLISHES_AT_ONCE_MAX = 64;

    private final FleetSetup setup;
    private final int device;
    private final String[] topics;
    private final Map<Integer, InFlight> inFlight = new LinkedHashMap<>();

    private long owed;
    private long count;
    private int lastPacketId;
    private int window;
    private boolean turnPending;
    private MqttLink link;

    Outbox(FleetSetup setup, int device) {
        this.setup = setup;
        this.device = device;
        window = setup.load().window();
        topics = new String[setup.load().topicsPerDevice()];
        for (int topic = 0; topic < topics.length; topic++) {
            topics[topic] = setup.load().topic(device, topic);
        }
    }

    void owe(long messages) {
        owed += messages;
    }

    void forgive() {
        owed = 0;
    }

    boolean isEmpty() {
        return inFlight.isEmpty();
    }

    /** A connection begins: repeats what is in flight, in order, then goes on. */
    void resume(MqttLink link, int receiveMaximum) {
        this.link = link;
        window = Math.min(setup.load().window(), receiveMaximum);
        for (InFlight message : inFlight.values()) {
            if (message.released) {
                link.send(MqttPackets.pubRel(message.packetId));
            } else {
                setup.ledger().resent(device, message.topic, message.sequence);
                send(message, true);
            }
        }
        fill();
    }

    /** Publishes what the window, the socket and this turn allow. Only after {@link #resume}. */
    void fill() {
        int turn = 0;
        while (owed > 0 && link.writable()) {
            int topic = (int) (count % topics.length);
            int qos = setup.ledger().nextQos(device, topic);
            if (qos > 0 && inFlight.size() >= window) {
                return;
            }
            if (turn++ == PUBLISHES_AT_ONCE_MAX) {
                yieldTurn();
                return;
            }
            publish(topic, qos);
        }
    }

    private void yieldTurn() {
        if (!turnPending) {
            turnPending = true;
            setup.vertx().runOnContext(ignored -> {
                turnPending = false;
                fill();
            });
        }
    }

    private void publish(int topic, int qos) {
        owed--;
        count++;
        long sequence = setup.ledger().published(device, topic);
        int packetId = qos == 0 ? 0 : nextPacketId();
        InFlight message =
                new InFlight(packetId, topic, sequence, qos, setup.clock().nowUs());
        if (qos > 0) {
            inFlight.put(packetId, message);
        }
        send(message, false);
    }

    private void send(InFlight message, boolean dup) {
        Stamp stamp = new Stamp(setup.ledger().runId(), device, message.topic, message.sequence, message.sentAtUs);
        byte[] payload = stamp.toPayload(setup.load().payloadBytes());
        link.send(MqttPackets.publish(topics[message.topic], message.qos, dup, message.packetId, payload));
    }

    private int nextPacketId() {
        do {
            lastPacketId = lastPacketId % PACKET_ID_MAX + 1;
        } while (inFlight.containsKey(lastPacketId));
        return lastPacketId;
    }

    void onPubAck(MqttMessage packet) {
        InFlight message = inFlight.get(MqttPackets.packetId(packet));
        if (message == null || message.qos != 1) {
            link.close("it acknowledged a packet id that is not in flight");
            return;
        }
        inFlight.remove(message.packetId);
        settle(message, packet);
        fill();
    }

    void onPubRec(MqttMessage packet) {
        InFlight message = inFlight.get(MqttPackets.packetId(packet));
        if (message == null || message.qos != 2) {
            // Late, for a message that is through: the broker still wants to hear its PUBREL.
            link.send(MqttPackets.pubRel(MqttPackets.packetId(packet)));
            return;
        }
        if (!message.released) {
            settle(message, packet);
        }
        if (MqttPackets.refuses(packet)) {
            inFlight.remove(message.packetId);
            fill();
            return;
        }
        message.released = true;
        link.send(MqttPackets.pubRel(message.packetId));
    }

    void onPubComp(MqttMessage packet) {
        InFlight message = inFlight.get(MqttPackets.packetId(packet));
        if (message != null && message.released) {
            inFlight.remove(message.packetId);
            fill();
        }
    }

    private void settle(InFlight message, MqttMessage packet) {
        if (MqttPackets.refuses(packet)) {
            setup.ledger().refused();
        } else {
            setup.ledger().acknowledged(device, message.topic, message.sequence);
        }
    }
}
