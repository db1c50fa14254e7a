package io.forebay.bridge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Owned by the bridge's thread: who waits until the messages of a lane are settled up to some position. It costs nothing
 * while nobody does. It outlives what is in memory of the log: after a fault the same messages are sent again, and settled.
 */
class Settlements {
    /** Those who ask come a moment after the message; one that the broker refuses is over in no less than a round trip. */
    private static final int REFUSED_KEPT = 4_096;

    /** One who waits. Only itself is equal to it. */
    static final class Waiting {
        private final String messageKey;
        private final long before;
        private final Consumer<Boolean> told;

        /**
         * @param messageKey see {@link Routes#key}
         * @param before the lane must have nothing unsettled before this
         * @param told whether the broker has accepted the message just before it
         */
        Waiting(String messageKey, long before, Consumer<Boolean> told) {
            this.messageKey = messageKey;
            this.before = before;
            this.told = told;
        }

        private long before() {
            return before;
        }
    }

    private Function<String, Object> laneKey = messageKey -> messageKey;
    private final Map<Object, PriorityQueue<Waiting>> byLane = new HashMap<>();
    private final Set<Object> touched = new HashSet<>();
    private final Set<Long> refused = new LinkedHashSet<>();
    private int count;

    /** How many wait. */
    int count() {
        return count;
    }

    /** From now on lanes are told apart by this, for a message with a key. */
    void lanesAre(Function<String, Object> laneKey) {
        this.laneKey = laneKey;
        List<Waiting> all =
                byLane.values().stream().flatMap(PriorityQueue::stream).toList();
        byLane.clear();
        all.forEach(this::enter);
    }

    void await(Waiting waiting) {
        count++;
        enter(waiting);
    }

    private void enter(Waiting waiting) {
        Object key = laneKey.apply(waiting.messageKey);
        byLane.computeIfAbsent(key, lane -> new PriorityQueue<>(Comparator.comparingLong(Waiting::before)))
                .add(waiting);
        touched.add(key);
    }

    void giveUp(Waiting waiting) {
        Object key = laneKey.apply(waiting.messageKey);
        PriorityQueue<Waiting> queue = byLane.get(key);
        if (queue != null && queue.remove(waiting)) {
            count--;
            forgetIfEmpty(key, queue);
        }
    }

    /** A message of the lane is settled. */
    void onSettled(Object laneKey) {
        if (count > 0 && byLane.containsKey(laneKey)) {
            touched.add(laneKey);
        }
    }

    /** A message is settled though the broker has not accepted it. */
    void onNotAccepted(long position) {
        refused.add(position);
        if (refused.size() > REFUSED_KEPT) {
            refused.remove(refused.iterator().next());
        }
    }

    /** @param settledBefore before which position a lane has nothing unsettled */
    void tell(ToLongFunction<Object> settledBefore) {
        if (touched.isEmpty()) {
            return;
        }
        List<Object> lanes = new ArrayList<>(touched);
        touched.clear();
        for (Object lane : lanes) {
            PriorityQueue<Waiting> queue = byLane.get(lane);
            if (queue != null) {
                tell(queue, settledBefore.applyAsLong(lane));
                forgetIfEmpty(lane, queue);
            }
        }
    }

    private void tell(PriorityQueue<Waiting> queue, long settledBefore) {
        while (!queue.isEmpty() && queue.peek().before <= settledBefore) {
            Waiting over = queue.poll();
            count--;
            over.told.accept(!refused.contains(over.before - 1));
        }
    }

    private void forgetIfEmpty(Object lane, PriorityQueue<Waiting> queue) {
        if (queue.isEmpty()) {
            byLane.remove(lane);
        }
    }
}
