package io.forebay.bridge;

/**
 * Owned by the bridge's thread: the messages of one client id with one topic that are not settled. At most one of them is
 * with the peer ({@code flight}); some wait in memory behind it; if there are more, the lane is <i>spilled</i> and the
 * rest is on disk only, at and after {@code resumeAt}. {@link Lanes} says what holds between the three.
 */
final class Lane {
    static final long NOT_SPILLED = -1;

    final String key;
    final Outlet outlet;

    Flight flight;
    long resumeAt = NOT_SPILLED;
    /** The number of the catch-up pass that went past a message of this lane without taking it. */
    long missedIn;
    /** What it holds in memory, see {@link ReadAhead}. */
    long units;
    /** Messages not accepted since the last one that was. */
    int attempts;

    boolean inBackoff;
    long retryAtMs;
    /** Whether it stands in the ready queue of its outlet. */
    boolean queued;
    /** It gave up what waited in memory, because the message before it has no outcome for long. */
    boolean slow;
    /** When it last got or lost a message, to tell who holds memory without using it. */
    long movedAtMs;

    private Entry first;
    private Entry last;

    Lane(String key, Outlet outlet) {
        this.key = key;
        this.outlet = outlet;
    }

    boolean isSpilled() {
        return resumeAt != NOT_SPILLED;
    }

    boolean hasWaiting() {
        return first != null;
    }

    boolean isIdle() {
        return first == null && flight == null && resumeAt == NOT_SPILLED;
    }

    /** Position of the first message that is not settled; the lane must not be idle. */
    long firstUnsettled() {
        if (flight != null) {
            return flight.entry.position;
        }
        return first != null ? first.position : resumeAt;
    }

    void addLast(Entry entry) {
        if (first == null) {
            first = entry;
        } else {
            last.next = entry;
        }
        last = entry;
    }

    /** Puts a message back that was with the peer. */
    void addFirst(Entry entry) {
        entry.next = first;
        first = entry;
        if (last == null) {
            last = entry;
        }
    }

    Entry poll() {
        Entry entry = first;
        first = entry.next;
        entry.next = null;
        if (first == null) {
            last = null;
        }
        return entry;
    }
}
