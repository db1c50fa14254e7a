package io.forebay.simulator.scenario;

import java.time.Duration;
import java.util.Locale;

/**
 * Something that is broken on purpose, and mended after a time.
 *
 * @param kind what is done
 * @param at when, from the beginning of the first phase
 * @param length until it is mended; zero: at once
 * @param on proxy faults: which proxy, {@code mqtt}, {@code amqp} or one of the scenario's own
 * @param amount DELAY: milliseconds; RATE: bytes per second; FILL_DISK: bytes to leave free
 * @param run COMMAND: what breaks; FILL_DISK: the directory
 * @param undo COMMAND: what mends, or empty
 */
public record FaultSpec(Kind kind, Duration at, Duration length, String on, long amount, String run, String undo) {
    /** What can be broken. */
    public enum Kind {
        /** Connections are reset, new ones are refused. */
        CUT,
        /** Nothing gets through, and nobody is told. */
        BLACK_HOLE,
        DELAY,
        RATE,
        COMMAND,
        FILL_DISK;

        /** Whether it reaches beyond the connections of the simulator itself. */
        public boolean needsPermission() {
            return this == COMMAND || this == FILL_DISK;
        }
    }

    FaultSpec scaled(double time) {
        return new FaultSpec(kind, Scenario.times(at, time), Scenario.times(length, time), on, amount, run, undo);
    }

    /** What it is called on the time line. */
    public String label() {
        return switch (kind) {
            case CUT, BLACK_HOLE -> kind.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + on;
            case DELAY -> "delay " + on + " " + amount + " ms";
            case RATE -> "throttle " + on + " to " + amount + " B/s";
            case COMMAND -> run;
            case FILL_DISK -> "fill disk " + run;
        };
    }

    /** What that means, for somebody who has not written the scenario. */
    public String remark() {
        return switch (kind) {
            case CUT -> "connections are reset, new ones are refused";
            case BLACK_HOLE -> "nothing gets through, and nobody is told";
            case DELAY -> "everything arrives later, in both directions";
            case RATE -> "no more than that gets through, in each direction";
            case COMMAND -> undo.isEmpty() ? "a command is run" : "a command is run, and afterwards: " + undo;
            case FILL_DISK -> "no space is left on it" + (amount == 0 ? "" : " but " + amount + " bytes");
        };
    }
}
