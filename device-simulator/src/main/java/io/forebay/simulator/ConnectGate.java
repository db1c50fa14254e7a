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

    ConnectGate(int places) {
        free = places;
    }

    /** Runs {@code entrant} now or when there is a place; it must lead to one {@link #leave()}. */
    void enter(Runnable entrant) {
        if (free > 0) {
            free--;
            entrant.run();
        } else {
            waiting.add(entrant);
        }
    }

    void leave() {
        Runnable next = waiting.poll();
        if (next == null) {
            free++;
        } else {
            next.run();
        }
    }
}
