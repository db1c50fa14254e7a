package io.forebay.bridge;

import java.util.Map;
import java.util.TreeMap;

/**
 * Owned by the bridge's thread: the messages of one lane that are not settled. Some are with the peer, one if the lane is
 * strict; some wait in memory behind them; if there are more, the lane is <i>spilled</i> and the rest is on disk only, at
 * and after {@code resumeAt}. {@link Lanes} says what holds between the three.
 */
final class Lane {
    static final long NOT_SPILLED = -1;

    final Object key;
    final Outlet outlet;
    final int window;
    /** Null if the lane is not counted. */
    final LaneSequence sequence;
    /** What its messages count for; {@link Routes#SEVERAL_SHARES} if that is to be asked for each. */
    final int share;
    /** What was settled before an earlier one is, and so is not let go yet; null until there is any. */
    private TreeMap<Long, Entry.Size> ahead;

    long resumeAt = NOT_SPILLED;
    /** The number of the catch-up pass that went past a message of this lane without taking it. */
    long missedIn;
    /** The same of a pass of {@link Drops}. */
    long missedInDrops;
    /** What it holds in memory, see {@link ReadAhead}. */
    long units;
    /** Messages not accepted since the last one that was. */
    int attempts;
    /** The transaction that it is in, or null. */
    Batch batch;
    /** Up to here its messages are sent one by one, because together they were not taken. */
    long oneByOneUpTo = -1;
    /** Of the first of its messages that are on disk only, if that was sent in vain. */
    Trouble trouble;

    boolean inBackoff;
    /** Its messages on their way into the quarantine, which may not take them. */
    int admitting;

    long retryAtMs;
    /** Whether it stands in the ready queue of its outlet, or with {@link Suspects}. */
    boolean queued;
    /** It gave up what waited in memory, because the message before it has no outcome for long. */
    boolean slow;
    /** When it last got or lost a message, to tell who holds memory without using it. */
    long movedAtMs;

    private Flight firstFlight;
    private Flight lastFlight;
    private int inFlight;
    private int overtakenInFlight;
    private int sent;
    private Entry first;
    private Entry last;
    private int waiting;
    private long sentUpTo = -1;

    Lane(Object key, Outlet outlet, LaneSequence sequence, int share) {
        this.share = share;
        this.key = key;
        this.sequence = sequence;
        this.outlet = outlet;
        this.window = outlet.options.window();
    }

    boolean isSpilled() {
        return resumeAt != NOT_SPILLED;
    }

    boolean hasWaiting() {
        return first != null;
    }

    boolean isIdle() {
        return first == null && inFlight == 0 && resumeAt == NOT_SPILLED;
    }

    void settledAhead(Entry entry) {
        if (ahead == null) {
            ahead = new TreeMap<>();
        }
        ahead.put(entry.position, new Entry.Size(entry.share, entry.logBytes));
    }

    boolean hasAhead() {
        return ahead != null && !ahead.isEmpty();
    }

    /** The first that was settled ahead and stands before a position, and is not ahead any more; null if there is none. */
    Map.Entry<Long, Entry.Size> pollAheadBefore(long position) {
        return hasAhead() && ahead.firstKey() < position ? ahead.pollFirstEntry() : null;
    }

    /** @return whether it was settled ahead; it is not any more */
    boolean removeAhead(long position) {
        return ahead != null && ahead.remove(position) != null;
    }

    /** How many of its messages are with the peer, or on their way into the quarantine. */
    int inFlight() {
        return inFlight;
    }

    /**
     * Counted from the oldest that is with the peer, answered or not: whatever becomes of that one, at most window - 1
     * were sent after it. One that was overtaken goes alone, or with others that were: so that it is overtaken by no more
     * than that, however often it is refused.
     */
    boolean maySend() {
        if (first == null || inBackoff || admitting > 0 || batch != null) {
            return false;
        }
        boolean inWindow = firstFlight == null || sent - firstFlight.numberInLane < window;
        return inWindow && (overtakenInFlight == 0 || isOvertaken(first));
    }

    /** Position of the first message that is not settled; the lane must not be idle. */
    long firstUnsettled() {
        Entry least = firstUnsettledEntry();
        return least != null ? least.position : isSpilled() ? resumeAt : Long.MAX_VALUE;
    }

    /** The first message that is not settled; null if there is none in memory. */
    Entry firstUnsettledEntry() {
        Entry least = first;
        for (Flight flight = firstFlight; flight != null; flight = flight.nextOfLane) {
            if (least == null || flight.entry.position < least.position) {
                least = flight.entry;
            }
        }
        return least;
    }

    /**
     * What is known of a message of this lane.
     *
     * @param monotonicToWallMs what to add to the times of flights
     * @param otherwise if it is neither in memory nor behind what is
     */
    MessageFate fate(long position, long monotonicToWallMs, MessageFate otherwise) {
        for (Flight flight = firstFlight; flight != null; flight = flight.nextOfLane) {
            if (flight.entry.position == position) {
                return otherwise.flying(flight, monotonicToWallMs);
            }
        }
        for (Entry entry = first; entry != null && entry.position <= position; entry = entry.next) {
            if (entry.position == position) {
                return otherwise
                        .in(MessageFate.State.WAITING)
                        .after(entry.trouble)
                        .numbered(entry.sequence());
            }
        }
        boolean onDisk = isSpilled() && position >= resumeAt;
        return onDisk
                ? otherwise
                        .in(MessageFate.State.ON_DISK)
                        .after(trouble != null && trouble.position == position ? trouble : null)
                : otherwise;
    }

    void addLast(Entry entry) {
        if (trouble != null && trouble.position == entry.position) {
            entry.trouble = trouble;
        }
        waiting++;
        if (first == null) {
            first = entry;
        } else {
            last.next = entry;
        }
        last = entry;
    }

    /** How many wait in memory. */
    int waiting() {
        return waiting;
    }

    void addFlight(Flight flight) {
        flight.numberInLane = sent++;
        flight.overtaken = isOvertaken(flight.entry);
        overtakenInFlight += flight.overtaken ? 1 : 0;
        sentUpTo = Math.max(sentUpTo, flight.entry.position);
        if (firstFlight == null) {
            firstFlight = flight;
        } else {
            lastFlight.nextOfLane = flight;
        }
        lastFlight = flight;
        inFlight++;
    }

    /** Outcomes mostly come in the order of the transfers: it is mostly the first. */
    void removeFlight(Flight flight) {
        Flight before = null;
        for (Flight each = firstFlight; each != flight; each = each.nextOfLane) {
            before = each;
        }
        if (before == null) {
            firstFlight = flight.nextOfLane;
        } else {
            before.nextOfLane = flight.nextOfLane;
        }
        if (lastFlight == flight) {
            lastFlight = before;
        }
        flight.nextOfLane = null;
        overtakenInFlight -= flight.overtaken ? 1 : 0;
        inFlight--;
    }

    /** Puts a message back that was with the peer, where it belongs by its position. */
    void putBack(Entry entry) {
        Entry before = null;
        Entry after = first;
        while (after != null && after.position < entry.position) {
            before = after;
            after = after.next;
        }
        waiting++;
        entry.next = after;
        if (before == null) {
            first = entry;
        } else {
            before.next = entry;
        }
        if (after == null) {
            last = entry;
        }
    }

    /**
     * Whether something else of the lane was sent after this one. If it is then thrown out of memory, what was accepted of
     * those after it is sent once more.
     */
    boolean isOvertaken(Entry entry) {
        return window > 1 && entry.position < sentUpTo;
    }

    Entry peek() {
        return first;
    }

    Entry poll() {
        Entry entry = first;
        waiting--;
        first = entry.next;
        entry.next = null;
        if (first == null) {
            last = null;
        }
        return entry;
    }

    /** Takes everything out of the queue from the first on that was not overtaken. @return the first of them, or null */
    Entry cutBehindOvertaken() {
        Entry before = null;
        Entry cut = first;
        waiting = 0;
        while (cut != null && isOvertaken(cut)) {
            waiting++;
            before = cut;
            cut = cut.next;
        }
        if (before == null) {
            first = null;
        } else {
            before.next = null;
        }
        last = before;
        return cut;
    }

    /** Takes everything out of the queue. @return the first, or null */
    Entry cutAll() {
        Entry cut = first;
        first = null;
        last = null;
        waiting = 0;
        sentUpTo = -1;
        return cut;
    }
}
