package io.forebay.simulator.ledger;

import io.forebay.simulator.scenario.FleetSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The independent truth of a run: what the devices published, what was acknowledged to them, and what arrived at the other
 * end, per lane. Owned by the event loop of the run; every method is called there.
 *
 * <p>It keeps eight bytes for each message, for as long as the run lasts, so that a repeat is compared with the first
 * arrival however long that is ago; {@link MessagePages} bounds how much of it is in memory.
 */
public final class Ledger implements AutoCloseable {
    private static final byte[] WILL = "fb-will.".getBytes(StandardCharsets.US_ASCII);

    private final long runId;
    private final MessagePages pages;
    private final boolean orderPerQos;
    /** Number of the first lane of each device, and behind the last device the number of lanes. */
    private final int[] firstLane;

    private final Lane[] lanes;
    private final Stopwatch acknowledging = new Stopwatch();
    private final Stopwatch arriving = new Stopwatch();
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
    private long wills;

    /**
     * Devices are numbered through all fleets, in their order.
     *
     * @param orderPerQos whether order is looked at only among messages of the same QoS, which is all that MQTT promises
     *     (MQTT-4.6.0-6)
     */
    public Ledger(long runId, List<FleetSpec> fleets, MessagePages pages, boolean orderPerQos) {
        this.orderPerQos = orderPerQos;
        this.runId = runId;
        this.pages = pages;
        firstLane = new int[fleets.stream().mapToInt(FleetSpec::devices).sum() + 1];
        List<Lane> all = new ArrayList<>();
        int device = 0;
        for (FleetSpec fleet : fleets) {
            for (int i = 0; i < fleet.devices(); i++) {
                for (int lane = 0; lane < fleet.lanesPerDevice(); lane++) {
                    all.add(new Lane(fleet.traffic().qos().forLane(all.size()), pages));
                }
                firstLane[++device] = all.size();
            }
        }
        lanes = all.toArray(Lane[]::new);
    }

    public long runId() {
        return runId;
    }

    /** What a will of this run begins with. */
    public String willMark() {
        return new String(WILL, StandardCharsets.US_ASCII) + String.format("%016x", runId);
    }

    /** The QoS of the message that {@link #published} will count next. */
    public int nextQos(int device, int topic) {
        Lane lane = lane(device, topic);
        return lane.qos.of(lane.published);
    }

    /** A device is about to publish: counts the message and gives it its number. */
    public long published(int device, int topic) {
        Lane lane = lane(device, topic);
        long sequence = lane.published++;
        published++;
        if (lane.qos.of(sequence) == 0) {
            publishedAtQos0++;
        }
        return sequence;
    }

    /**
     * A device sends a message again after a reconnect.
     *
     * @param excused whether that makes it a message of its own to the broker, which may carry another id: at QoS 1, or if
     *     the session did not outlive the connection
     */
    public void resent(int device, int topic, long sequence, boolean excused) {
        resent++;
        if (excused) {
            lane(device, topic).excuse(sequence);
        }
    }

    /** From now on the broker answers for the message. */
    public void acknowledged(int device, int topic, long sequence, long tookUs) {
        Lane lane = lane(device, topic);
        if (lane.settle(sequence)) {
            acknowledged++;
            acknowledging.record(tookUs);
            if (!lane.arrived(sequence)) {
                awaited++;
                lane.awaited++;
            }
        }
    }

    /** The broker said no: it owes nothing for this message. */
    public void refused() {
        refused++;
    }

    /** A message reached the consumer. */
    public void arrived(byte[] bytes, int offset, int length, Object messageId, long nowUs) {
        Stamp.Reading reading = Stamp.read(bytes, offset, length);
        if (reading == null || reading.stamp().runId() != runId) {
            unknown(bytes, offset, length);
        } else if (!reading.intact()) {
            corrupt++;
        } else if (!wasPublished(reading.stamp())) {
            invented++;
        } else {
            known(reading.stamp(), IdDigest.of(messageId), nowUs);
        }
    }

    private void unknown(byte[] bytes, int offset, int length) {
        boolean will = length > WILL.length
                && Arrays.equals(bytes, offset, offset + WILL.length, WILL, 0, WILL.length)
                && new String(bytes, offset, length, StandardCharsets.UTF_8).startsWith(willMark());
        wills += will ? 1 : 0;
        foreign += will ? 0 : 1;
    }

    private boolean wasPublished(Stamp stamp) {
        return stamp.device() >= 0
                && stamp.device() < firstLane.length - 1
                && stamp.topic() >= 0
                && firstLane[stamp.device()] + stamp.topic() < firstLane[stamp.device() + 1]
                && stamp.sequence() >= 0
                && stamp.sequence() < lane(stamp.device(), stamp.topic()).published;
    }

    private void known(Stamp stamp, long idDigest, long nowUs) {
        Lane lane = lane(stamp.device(), stamp.topic());
        if (!lane.arrive(stamp.sequence(), idDigest)) {
            repeat(lane, stamp.sequence(), idDigest);
            return;
        }
        boolean late = lane.overtaken(stamp.sequence(), orderPerQos);
        arrived++;
        if (lane.qos.of(stamp.sequence()) == 0) {
            arrivedAtQos0++;
            outOfOrderAtQos0 += late ? 1 : 0;
        } else {
            outOfOrder += late ? 1 : 0;
            if (lane.settled(stamp.sequence())) {
                awaited--;
                lane.awaited--;
            }
        }
        lane.noteOrder(stamp.sequence());
        arriving.record(nowUs - stamp.sentAtUs());
    }

    private void repeat(Lane lane, long sequence, long idDigest) {
        long first = lane.idDigest(sequence);
        if (first == IdDigest.NO_ID || idDigest == IdDigest.NO_ID) {
            repeatedUnknownId++;
        } else if (first == Lane.comparable(idDigest)) {
            repeatedSameId++;
        } else if (lane.excused(sequence)) {
            repeatedByDevice++;
        } else {
            repeatedOtherId++;
        }
    }

    /** Acknowledged and not yet arrived. What is still awaited when the run ends is lost. */
    public long awaited() {
        return awaited;
    }

    public Tally tally() {
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
                foreign,
                wills);
    }

    /** From when a message was due to when it was acknowledged. */
    public Stopwatch acknowledging() {
        return acknowledging;
    }

    /** From when a message was due to its first arrival. */
    public Stopwatch arriving() {
        return arriving;
    }

    /** What is missing, counted and with examples. */
    public Gaps gaps(int examplesMax) {
        Gaps.Search search = new Gaps.Search(examplesMax);
        for (int device = 0; device < firstLane.length - 1; device++) {
            for (int number = firstLane[device]; number < firstLane[device + 1]; number++) {
                search.lane(lanes[number], device, number - firstLane[device]);
            }
        }
        return search.result();
    }

    public long sizeInBytes() {
        return pages.sizeInBytes();
    }

    private Lane lane(int device, int topic) {
        return lanes[firstLane[device] + topic];
    }

    @Override
    public void close() {
        pages.close();
    }
}
