package io.forebay.simulator;

import io.forebay.simulator.ledger.Stamp;
import io.forebay.simulator.payload.PayloadMaker;
import io.netty.handler.codec.mqtt.MqttMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The messages of one device: those that are due, and those in flight, in the order in which they were published first.
 * Owned by its device.
 *
 * <p>A message that is due while the window is full or the connection is gone keeps the time when it was due, and its
 * latency counts from then: a broker that stalls is not spared what was not sent because it stalled.
 */
final class Outbox {
    private static final int PACKET_ID_MAX = MqttPackets.SUBSCRIBE_ID - 1;
    // A device with a long way to go must not keep the event loop from the others.
    private static final int PUBLISHES_AT_ONCE_MAX = 64;
    /** That many messages mean: no end. */
    static final long FOR_EVER = Long.MAX_VALUE;

    private static final Map<Integer, InFlight> NONE = Map.of();

    private final FleetSetup setup;
    private final int number;
    private final int device;
    private final PayloadMaker payloads;
    private final String[] topics;
    private final DueQueue due;
    private Map<Integer, InFlight> inFlight = NONE;
    /** Messages without a time of their own: the next is due as soon as it can be sent. */
    private long owed;

    private long count;
    private int lastPacketId;
    private int window;
    private boolean turnPending;
    private MqttLink link;

    Outbox(FleetSetup setup, int number, PayloadMaker payloads) {
        this.setup = setup;
        this.number = number;
        this.payloads = payloads;
        device = setup.firstDevice() + number;
        window = setup.traffic().window();
        due = new DueQueue(setup.dueMax());
        topics = new String[setup.spec().lanesPerDevice()];
    }

    private String topic(int lane) {
        if (topics[lane] == null) {
            topics[lane] = setup.traffic().topicOf(number, lane);
        }
        return topics[lane];
    }

    /** As soon as they can be sent. */
    void owe(long messages) {
        owed = messages;
        setup.statistics().due += messages == FOR_EVER ? 0 : messages;
    }

    /** At this time. */
    void due(long dueUs, boolean answer) {
        if (due.add(dueUs, answer)) {
            setup.statistics().due++;
        } else {
            setup.statistics().skipped++;
        }
    }

    /** Publishes nothing more that has no time of its own. */
    void forgive() {
        setup.statistics().due -= owed > FOR_EVER / 2 ? 0 : owed;
        owed = 0;
    }

    boolean isEmpty() {
        return inFlight.isEmpty();
    }

    /** A connection begins: repeats what is in flight, in order, then goes on. */
    void resume(MqttLink link, int receiveMaximum) {
        this.link = link;
        window = Math.min(setup.traffic().window(), receiveMaximum);
        boolean persistent = setup.persistent();
        List<InFlight> repeats = new ArrayList<>(inFlight.values());
        for (InFlight message : repeats) {
            if (!message.released) {
                setup.ledger().resent(device, message.topic, message.sequence, message.qos == 1 || !persistent);
                send(message, persistent, payload(message));
            } else if (persistent) {
                link.send(MqttPackets.pubRel(message.packetId));
            } else {
                // The handshake ended with its session; the broker had taken the message.
                inFlight.remove(message.packetId);
            }
        }
        fill();
    }

    /** Publishes what the window, the socket and this turn allow. Only after {@link #resume}. */
    void fill() {
        int turn = 0;
        while ((owed > 0 || !due.isEmpty()) && link.writable()) {
            boolean answer = !due.isEmpty() && due.headIsAnswer();
            int topic =
                    answer ? topics.length - 1 : (int) (count % setup.traffic().topics());
            int qos = setup.ledger().nextQos(device, topic);
            if (qos > 0 && inFlight.size() >= window) {
                return;
            }
            if (turn++ == PUBLISHES_AT_ONCE_MAX) {
                yieldTurn();
                return;
            }
            publish(topic, qos, takeDue());
            count += answer ? 0 : 1;
        }
    }

    private long takeDue() {
        if (due.isEmpty()) {
            owed--;
            setup.statistics().due -= owed > FOR_EVER / 2 ? 0 : 1;
            return setup.clock().nowUs();
        }
        long dueUs = due.headDueUs();
        due.removeHead();
        setup.statistics().due--;
        return dueUs;
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

    private void publish(int topic, int qos, long dueUs) {
        long sequence = setup.ledger().published(device, topic);
        byte[] payload = payload(topic, sequence, dueUs);
        int packetId = qos == 0 ? 0 : nextPacketId();
        InFlight message = new InFlight(packetId, topic, sequence, qos, dueUs, payloads.repeatable() ? null : payload);
        if (qos > 0) {
            if (inFlight == NONE) {
                inFlight = new LinkedHashMap<>(4);
            }
            inFlight.put(packetId, message);
        }
        send(message, false, payload);
    }

    private byte[] payload(InFlight message) {
        return message.payload != null ? message.payload : payload(message.topic, message.sequence, message.dueUs);
    }

    private byte[] payload(int topic, long sequence, long dueUs) {
        return payloads.make(new Stamp(setup.ledger().runId(), device, topic, sequence, dueUs));
    }

    private void send(InFlight message, boolean dup, byte[] payload) {
        boolean retain = setup.traffic().retain();
        link.send(MqttPackets.publish(topic(message.topic), message.qos, dup, retain, message.packetId, payload));
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
            link.close(
                    message == null
                            ? "it acknowledged a packet id that is not in flight"
                            : "it answered QoS 2 with PUBACK, as if it knew no QoS 2");
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
            long tookUs = setup.clock().nowUs() - message.dueUs;
            setup.ledger().acknowledged(device, message.topic, message.sequence, tookUs);
        }
    }
}
