package io.forebay.simulator;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets only so many devices shake hands at a time, the others wait in line: a broker that comes back is not met by the
 * whole fleet at once. Owned by the event loop of the run.
 */
final class ConnectGate {
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int free;
    private boolean admitting;

    ConnectGate(int places) {
        free = places;
    }

    /** Runs {@code entrant} now or when there is a place; it must lead to one {@link #leave()}. */
    void enter(Runnable entrant) {
        waiting.add(entrant);
        admit();
    }

    void leave() {
        free++;
        admit();
    }

    /** One after the other, not one within the other: thousands may leave as soon as they have entered. */
    private void admit() {
        if (admitting) {
            return;
        }
        admitting = true;
        try {
            while (free > 0 && !waiting.isEmpty()) {
                free--;
                waiting.remove().run();
            }
        } finally {
            admitting = false;
        }
    }
}
