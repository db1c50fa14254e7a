package io.forebay.bridge;

import io.forebay.storage.Message;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What a {@link SimulatedPeer} was sent and what of it has arrived, and what must hold of both: order, numbers, nothing that was
 * accepted again, no more of a lane at a time than its window. Owned by the thread of the test.
 */
final class PeerLedger {
    enum Fate {
        /** With the peer, nothing decided. */
        PENDING,
        /** Accepted, and the bridge knows. */
        DONE,
        /** To be sent again: refused, or the bridge cannot know. */
        OPEN
    }

    private final FakeLog log;
    private final FakeQuarantine quarantine;
    private final int window;
    private final Function<Message, String> laneOf;
    private final Map<String, List<Integer>> indexesOfLane = new HashMap<>();
    private final Map<Integer, Fate> fates = new HashMap<>();
    /** What was in the quarantine when the last bridge began: it must not send it, whatever the window. */
    private final BitSet quarantinedEarlier = new BitSet();

    /** So many of those were not known to be settled. */
    int notSentAgain;

    /** What the bridge has dropped: as good as in the quarantine. */
    final BitSet givenUp = new BitSet();

    private boolean counted;
    private final Map<String, Arrivals> arrivals = new HashMap<>();
    private final Map<Integer, Integer> nextOfLane = new HashMap<>();
    private final Map<String, Object> partOf = new HashMap<>();
    private final Map<String, Integer> withPeer = new HashMap<>();
    int acceptedOnce;
    int repeats;
    int sent;

    PeerLedger(FakeLog log, FakeQuarantine quarantine, RouteOptions options) {
        this.log = log;
        this.quarantine = quarantine;
        this.window = options.window();
        laneOf = options.order() == RouteOptions.Order.CLIENT
                ? message -> message.clientId() + ' ' + message.topic().substring(0, 2)
                : message -> message.clientId() + ' ' + message.topic();
    }

    static void check(boolean holds, String claim) {
        if (!holds) {
            throw new AssertionError(claim);
        }
    }

    /** Each message must carry its number. */
    void counted() {
        counted = true;
    }

    /** Told of each message in the order published, so that what is quarantined leaves no gap. */
    void published(Message message, int index) {
        indexesOfLane
                .computeIfAbsent(laneOf.apply(message), key -> new ArrayList<>())
                .add(index);
    }

    private long numberOf(int index) {
        return 1L + Collections.binarySearch(indexesOfLane.get(laneOf.apply(log.at(index))), index);
    }

    private boolean isQuarantined(int index) {
        return quarantine.holds(FakeLog.positionOf(index)) || givenUp.get(index);
    }

    boolean isDone(int index) {
        return nextOfLane.containsKey(index) || isQuarantined(index);
    }

    int done(int size) {
        int done = 0;
        for (int i = 0; i < size; i++) {
            done += isDone(i) ? 1 : 0;
        }
        return done;
    }

    /**
     * It is with the peer.
     *
     * @param beside with what else of its lane it may be there: a link, or a transaction
     * @return its lane
     */
    String begin(Entry entry, Object beside, boolean inTransaction) {
        sent++;
        int index = FakeLog.indexOf(entry.position());
        check(entry.sequence() == (counted ? numberOf(index) : 0), "number " + entry.sequence() + " of " + index);
        String lane = laneOf.apply(entry.message());
        boolean again = fates.put(index, Fate.PENDING) == Fate.DONE;
        check(!again || window > 1, "an accepted message is sent again");
        check(!isQuarantined(index) || window > 1, "a quarantined message is sent again");
        check(!quarantinedEarlier.get(index), "a quarantined message is sent again after a crash");
        boolean alone = withPeer.merge(lane, 1, Integer::sum) == 1;
        boolean together = inTransaction && partOf.get(lane) == beside;
        check(alone || (window > 1 ? withPeer.get(lane) <= window : together), "too many");
        partOf.put(lane, beside);
        return lane;
    }

    /** It is with the peer no more. */
    void finish(SimulatedPeer.Transfer transfer, Fate fate) {
        fates.put(transfer.index(), fate);
        withPeer.merge(transfer.lane(), -1, Integer::sum);
    }

    /** It is accepted, whether the bridge hears of that or not. */
    void arrive(SimulatedPeer.Transfer transfer) {
        if (nextOfLane.put(transfer.index(), transfer.sequence()) != null) {
            repeats++;
            return;
        }
        acceptedOnce++;
        arrivals.computeIfAbsent(transfer.lane(), key -> new Arrivals()).add(transfer.index());
    }

    /** @param isSaved whether the next bridge knows that a message is settled */
    void crash(IntPredicate isSaved) {
        withPeer.clear();
        partOf.clear();
        BitSet saved = new BitSet();
        IntStream.range(0, log.size()).filter(isSaved).forEach(saved::set);
        fates.replaceAll((index, fate) -> fate == Fate.DONE && saved.get(index) ? fate : Fate.OPEN);
        for (int i = 0; i < log.size(); i++) {
            if (quarantine.holds(FakeLog.positionOf(i))) {
                quarantinedEarlier.set(i);
                notSentAgain += saved.get(i) ? 0 : 1;
            }
        }
    }

    /** What has arrived of one lane. */
    private final class Arrivals {
        /** Before the first that is missing. */
        private int complete;

        private final TreeSet<Integer> beyond = new TreeSet<>();

        /** At most window - 1 later ones may have overtaken one that is still missing. */
        void add(int index) {
            List<Integer> indexes = indexesOfLane.get(laneOf.apply(log.at(index)));
            if (complete == indexes.size() || index < indexes.get(complete)) {
                check(window > 1, "accepted after later ones of its lane: " + index);
                return; // Quarantined and, after a refusal of one before it, sent once more with those behind that one.
            }
            beyond.add(index);
            while (complete < indexes.size()
                    && (beyond.remove(indexes.get(complete)) || isQuarantined(indexes.get(complete)))) {
                complete++;
            }
            check(beyond.size() < window, "overtaken: " + beyond + " before " + complete);
        }
    }
}
