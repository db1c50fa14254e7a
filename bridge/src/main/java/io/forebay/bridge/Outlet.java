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

    final String address;
    final ArrayDeque<Lane> ready = new ArrayDeque<>(4);

    State state = State.CLOSED;
    PeerLink link;
    /** Lanes that are not idle. */
    int lanes;
    /** Links ended by the peer since the last accepted message. */
    int attempts;

    long reopenAtMs;
    long attachedAtMs;
    long usedAtMs;
    /** Whether it stands in the queue of outlets that can send. */
    boolean active;

    private boolean starved;

    Outlet(String address) {
        this.address = address;
    }

    int credit() {
        return state == State.OPEN ? link.credit() : 0;
    }

    boolean canSend() {
        return !ready.isEmpty() && credit() > 0;
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

    boolean isStarved() {
        return starved;
    }
}
