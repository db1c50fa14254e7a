package io.forebay.bridge;

import java.util.ArrayList;
import java.util.List;

/** Owned by the bridge's thread: messages of one lane that are sent in one transaction. */
final class Batch {
    enum Phase {
        BEGINNING,
        /** Waits for the provisional outcomes. */
        SENT,
        COMMITTING,
        ROLLING_BACK,
        /** Whatever comes now comes too late. */
        OVER
    }

    final Lane lane;
    final List<Flight> flights = new ArrayList<>();
    Phase phase = Phase.BEGINNING;
    PeerTransaction transaction;
    int unanswered;
    boolean refused;
    long sinceMs;

    Batch(Lane lane, long nowMs) {
        this.lane = lane;
        this.sinceMs = nowMs;
    }

    long lastPosition() {
        return flights.get(flights.size() - 1).entry.position;
    }
}
