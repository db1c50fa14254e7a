package io.forebay.simulator.ledger;

import io.forebay.simulator.scenario.QosShares;
import java.util.HashMap;
import java.util.Map;

/**
 * What can be said of stamped messages by who only receives them: damage, order, repeats, and numbers that are missing
 * between the first and the last that came. Owned by the event loop that receives.
 */
public final class ArrivalCheck implements AutoCloseable {
    private static final int LANES_MAX = 1_000_000;

    private record Key(long runId, int device, int topic) {}

    private static final class Watched {
        private final Lane lane;
        private long lowest = Long.MAX_VALUE;
        private long highest = -1;
        private long different;

        Watched(Lane lane) {
            this.lane = lane;
        }
    }

    private final MessagePages pages = MessagePages.temporary();
    private final Map<Key, Watched> lanes = new HashMap<>();
    private long stamped;
    private long unstamped;
    private long corrupt;
    private long unwatched;
    private long outOfOrder;
    private long repeatedSameId;
    private long repeatedOtherId;
    private long repeatedUnknownId;

    public void arrived(byte[] bytes, int offset, int length, Object messageId) {
        Stamp.Reading reading = Stamp.read(bytes, offset, length);
        if (reading == null) {
            unstamped++;
        } else if (!reading.intact() || reading.stamp().sequence() < 0) {
            corrupt++;
        } else {
            stamped++;
            Stamp stamp = reading.stamp();
            Watched watched = lanes.get(new Key(stamp.runId(), stamp.device(), stamp.topic()));
            if (watched == null && lanes.size() < LANES_MAX) {
                watched = new Watched(new Lane(QosShares.only(1), pages));
                lanes.put(new Key(stamp.runId(), stamp.device(), stamp.topic()), watched);
            }
            if (watched == null) {
                unwatched++;
            } else {
                watch(watched, stamp.sequence(), IdDigest.of(messageId));
            }
        }
    }

    private void watch(Watched watched, long sequence, long idDigest) {
        if (watched.lane.arrive(sequence, idDigest)) {
            outOfOrder += watched.lane.overtaken(sequence, false) ? 1 : 0;
            watched.lane.noteOrder(sequence);
            watched.different++;
            watched.lowest = Math.min(watched.lowest, sequence);
            watched.highest = Math.max(watched.highest, sequence);
            return;
        }
        long first = watched.lane.idDigest(sequence);
        if (first == IdDigest.NO_ID || idDigest == IdDigest.NO_ID) {
            repeatedUnknownId++;
        } else if (first == Lane.comparable(idDigest)) {
            repeatedSameId++;
        } else {
            repeatedOtherId++;
        }
    }

    /** Numbers that did not come although later ones of their topic did. */
    public long missing() {
        return lanes.values().stream()
                .mapToLong(watched -> watched.highest - watched.lowest + 1 - watched.different)
                .sum();
    }

    public boolean clean() {
        return corrupt == 0 && outOfOrder == 0 && repeatedOtherId == 0 && missing() == 0;
    }

    @Override
    public String toString() {
        return Text.count(stamped) + " stamped on " + Text.count(lanes.size()) + " topics of devices, "
                + Text.count(unstamped) + " others, " + Text.count(corrupt) + " damaged, " + Text.count(missing())
                + " missing, " + Text.count(outOfOrder) + " out of order, repeated: " + Text.count(repeatedSameId)
                + " with the same message-id, " + Text.count(repeatedOtherId) + " with another, "
                + Text.count(repeatedUnknownId) + " without"
                + (unwatched == 0 ? "" : ", " + Text.count(unwatched) + " not looked at: too many topics");
    }

    @Override
    public void close() {
        pages.close();
    }
}
