package io.forebay.bridge;

/** Owned by the bridge's thread: one message that is with the peer and has no outcome yet. */
final class Flight {
    final Lane lane;
    final Entry entry;
    final long sentAtMs;
    final long sentAtNanos;
    /** Lets through only few of its kind at a time, see {@link Suspects}. */
    boolean suspect;

    int numberInLane;
    /** Whether later ones of its lane were sent before it, and are not all refused. */
    boolean overtaken;

    /** The one of the lane that was sent after this. */
    Flight nextOfLane;

    private Flight before;
    private Flight after;
    private boolean listed;

    Flight(Lane lane, Entry entry, long sentAtMs, long sentAtNanos) {
        this.lane = lane;
        this.entry = entry;
        this.sentAtMs = sentAtMs;
        this.sentAtNanos = sentAtNanos;
    }

    /** Whether it is still waited for. */
    boolean isOpen() {
        return listed;
    }

    /** Owned by the bridge's thread: all open flights, the longest open one first. */
    static final class Table {
        private Flight oldest;
        private Flight newest;
        private int size;

        int size() {
            return size;
        }

        Flight oldest() {
            return oldest;
        }

        Flight newest() {
            return newest;
        }

        Flight after(Flight flight) {
            return flight.after;
        }

        Flight before(Flight flight) {
            return flight.before;
        }

        void add(Flight flight) {
            flight.lane.outlet.inFlight++;
            flight.listed = true;
            flight.before = newest;
            if (newest == null) {
                oldest = flight;
            } else {
                newest.after = flight;
            }
            newest = flight;
            size++;
        }

        void remove(Flight flight) {
            flight.lane.outlet.inFlight--;
            if (flight.before == null) {
                oldest = flight.after;
            } else {
                flight.before.after = flight.after;
            }
            if (flight.after == null) {
                newest = flight.before;
            } else {
                flight.after.before = flight.before;
            }
            flight.before = null;
            flight.after = null;
            flight.listed = false;
            size--;
        }
    }
}
