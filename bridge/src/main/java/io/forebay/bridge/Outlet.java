package io.forebay.bridge;

import java.util.ArrayDeque;

/** Owned by the bridge's thread: one AMQP address, its link if it has one, and its lanes that could send. */
final class Outlet {
    enum State {
        /** No link: not connected, or nobody needs it. */
        CLOSED,
        /** Needed, but as many links as allowed are open. */
        QUEUED,
        OPENING,
        OPEN,
        /** The peer refused or ended the link; a new attempt follows. */
        RESTING
    }

    final Routes.Place place;
    final String address;
    final RouteOptions options;
    final ArrayDeque<Lane> ready = new ArrayDeque<>(4);

    State state = State.CLOSED;
    PeerLink link;
    /** Who hears of the link; another one than this speaks of a link of the past. */
    PeerLink.Listener events;
    /** Lanes that are not idle. */
    int lanes;
    /** Links ended by the peer since the last accepted message. */
    int attempts;

    /** Why the last one ended. */
    String trouble = "";
    /** The connection was lost while its link was not answered. */
    boolean suspect;

    long reopenAtMs;
    long attachedAtMs;
    long openedAtMs;
    long usedAtMs;
    /** When the peer last decided about a message on it. */
    long outcomeAtMs;
    /** When the latest sent of the messages was sent that the peer has decided about. */
    long decidedSentAtMs;
    /** Whether it stands in the queue of outlets that can send. */
    boolean active;
    /** Nothing more is sent on it, because a message is tried alone, see {@link Suspects}. */
    boolean held;
    /** Messages with the peer. */
    int inFlight;
    /** Messages accepted so far. */
    long accepted;

    /** Transactions rolled back in a row. */
    int rollbacks;
    /** From when on transactions may be used on it. */
    long transactionsAtMs;

    private boolean starved;

    Outlet(Routes.Place place) {
        this.place = place;
        this.address = place.address();
        this.options = place.options();
    }

    void onOutcome(Flight flight, long nowMs) {
        outcomeAtMs = nowMs;
        decidedSentAtMs = Math.max(decidedSentAtMs, flight.sentAtMs);
    }

    /**
     * Whether a late outcome will not come any more: either nothing comes at all, or messages that were sent much later
     * have theirs. A peer that is merely slow, with many messages before it, must not be cut off: it would have to begin
     * anew with all of them, again and again.
     */
    boolean isSilentAbout(Flight flight, long nowMs, long timeoutMs) {
        return nowMs - outcomeAtMs > timeoutMs || decidedSentAtMs - flight.sentAtMs > timeoutMs;
    }

    int credit() {
        return state == State.OPEN ? link.credit() : 0;
    }

    boolean canSend() {
        return !held && !ready.isEmpty() && mayTransfer();
    }

    /** Whether there is credit, and the rate of the route allows one more. */
    boolean mayTransfer() {
        return credit() > 0 && (place.rate().isEmpty() || place.rate().get().allows());
    }

    void onSent() {
        place.rate().ifPresent(RateLimit::take);
    }

    /** Whether its lanes may hold messages in memory. */
    boolean mayHold() {
        return switch (state) {
            case OPENING -> true;
            case OPEN -> !starved || link.credit() > 0;
            case CLOSED, QUEUED, RESTING -> false;
        };
    }

    /** Without credit for long: its lanes hold nothing until there is some. */
    void starve() {
        starved = credit() == 0;
    }

    void fed() {
        starved = false;
    }
}
