package io.forebay.simulator;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The independent truth of a run: what the devices published, what was acknowledged to them, and what arrived at the other
 * end, per lane. Owned by the event loop of the run; every method is called there.
 *
 * <p>Memory is bounded by the number of lanes and two bits per message beyond the first gap of a lane.
 */
final class Ledger {
    private static final int MESSAGE_ID_SLOTS = 1 << 20;
    private static final long LATENCY_MAX_US = 24L * 3600 * 1_000_000;

    private final long runId;
    private final int devices;
    private final int topicsPerDevice;
    private final QosMix qos;
    private final Lane[] lanes;
    private final MessageIds messageIds = new MessageIds(MESSAGE_ID_SLOTS);
    private final Histogram latencyUs = new Histogram(LATENCY_MAX_US, 3);

    private long published;
    private long publishedAtQos0;
    private long acknowledged;
    private long refused;
    private long resent;
    private long arrived;
    private long arrivedAtQos0;
    private long awaited;
    private long outOfOrder;
    private long outOfOrderAtQos0;
    private long repeatedSameId;
    private long repeatedByDevice;
    private long repeatedOtherId;
    private long repeatedUnknownId;
    private long corrupt;
    private long invented;
    private long foreign;

    Ledger(long runId, int devices, int topicsPerDevice, QosMix qos) {
        this.runId = runId;
        this.devices = devices;
        this.topicsPerDevice = topicsPerDevice;
        this.qos = qos;
        lanes = new Lane[devices * topicsPerDevice];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = new Lane();
        }
    }

    long runId() {
        return runId;
    }

    /** The QoS of the message that {@link #published} will count next. */
    int nextQos(int device, int topic) {
        return qos.of(lane(device, topic).published);
    }

    /** A device is about to publish: counts the message and gives it its number. */
    long published(int device, int topic) {
        Lane lane = lane(device, topic);
        long sequence = lane.published++;
        published++;
        if (qos.of(sequence) == 0) {
            publishedAtQos0++;
            lane.settled.add(sequence);
        }
        return sequence;
    }

    void resent(int device, int topic, long sequence) {
        resent++;
        lane(device, topic).resent(sequence);
    }

    /** From now on the broker answers for the message. */
    void acknowledged(int device, int topic, long sequence) {
        Lane lane = lane(device, topic);
        if (lane.settled.add(sequence)) {
            acknowledged++;
            if (!lane.arrived.contains(sequence)) {
                awaited++;
            }
        }
    }

    /** The broker said no: it owes nothing for this message. */
    void refused() {
        refused++;
    }

    /** A message reached the consumer. */
    void arrived(byte[] bytes, int offset, int length, Object messageId, long nowUs) {
        Stamp stamp = Stamp.read(bytes, offset, length);
        if (stamp == null || stamp.runId() != runId) {
            foreign++;
        } else if (!Stamp.intact(bytes, offset, length)) {
            corrupt++;
        } else if (!wasPublished(stamp)) {
            invented++;
        } else if (lane(stamp.device(), stamp.topic()).arrived.add(stamp.sequence())) {
            firstArrival(stamp, messageId, nowUs);
        } else {
            repeat(stamp, messageId);
        }
    }

    private boolean wasPublished(Stamp stamp) {
        return stamp.device() >= 0
                && stamp.device() < devices
                && stamp.topic() >= 0
                && stamp.topic() < topicsPerDevice
                && stamp.sequence() >= 0
                && stamp.sequence() < lane(stamp.device(), stamp.topic()).published;
    }

    private void firstArrival(Stamp stamp, Object messageId, long nowUs) {
        Lane lane = lane(stamp.device(), stamp.topic());
        boolean late = stamp.sequence() < lane.highestArrived;
        arrived++;
        if (qos.of(stamp.sequence()) == 0) {
            arrivedAtQos0++;
            outOfOrderAtQos0 += late ? 1 : 0;
        } else {
            outOfOrder += late ? 1 : 0;
            awaited -= lane.settled.contains(stamp.sequence()) ? 1 : 0;
        }
        lane.highestArrived = Math.max(lane.highestArrived, stamp.sequence());
        messageIds.remember(laneNumber(stamp.device(), stamp.topic()), stamp.sequence(), messageId);
        latencyUs.recordValue(Math.min(LATENCY_MAX_US, Math.max(0, nowUs - stamp.sentAtUs())));
    }

    private void repeat(Stamp stamp, Object messageId) {
        int lane = laneNumber(stamp.device(), stamp.topic());
        switch (messageIds.match(lane, stamp.sequence(), messageId)) {
            case SAME -> repeatedSameId++;
            case FORGOTTEN -> repeatedUnknownId++;
            case DIFFERENT -> {
                // At QoS 1 a resend is a message of its own to the broker; at QoS 2 it is not.
                if (qos.of(stamp.sequence()) == 1 && lanes[lane].wasResent(stamp.sequence())) {
                    repeatedByDevice++;
                } else {
                    repeatedOtherId++;
                }
            }
        }
    }

    /** Acknowledged and not yet arrived. What is still awaited when the run ends is lost. */
    long awaited() {
        return awaited;
    }

    Tally tally() {
        return new Tally(
                published,
                publishedAtQos0,
                acknowledged,
                refused,
                resent,
                arrived,
                arrivedAtQos0,
                awaited,
                outOfOrder,
                outOfOrderAtQos0,
                repeatedSameId,
                repeatedByDevice,
                repeatedOtherId,
                repeatedUnknownId,
                corrupt,
                invented,
                foreign);
    }

    Latency latency() {
        return Latency.of(latencyUs);
    }

    /** The first messages that are acknowledged and have not arrived, for the person who has to look for them. */
    List<String> examplesOfLost(int examplesMax) {
        List<String> examples = new ArrayList<>();
        for (int number = 0; number < lanes.length && examples.size() < examplesMax && awaited > 0; number++) {
            Lane lane = lanes[number];
            for (long sequence = 0; sequence < lane.published && examples.size() < examplesMax; sequence++) {
                if (qos.of(sequence) > 0 && lane.settled.contains(sequence) && !lane.arrived.contains(sequence)) {
                    examples.add("device " + number / topicsPerDevice + " topic " + number % topicsPerDevice
                            + " message " + sequence);
                }
            }
        }
        return examples;
    }

    private Lane lane(int device, int topic) {
        return lanes[laneNumber(device, topic)];
    }

    private int laneNumber(int device, int topic) {
        return device * topicsPerDevice + topic;
    }
}
