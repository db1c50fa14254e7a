package io.forebay.simulator.scenario;

import java.time.Duration;

/**
 * A stretch of the run.
 *
 * @param name for the report
 * @param kind what is particular about it
 * @param length how long it takes; DRAIN: at most
 * @param from factor of the rates at its beginning
 * @param to factor at its end; in between it changes evenly
 * @param stormEvery STORM: how often devices drop their connections; zero: once, at the beginning
 * @param stormShare STORM: how many of them do, 0 to 1
 */
public record PhaseSpec(
        String name, Kind kind, Duration length, double from, double to, Duration stormEvery, double stormShare) {
    /** What a phase is for. */
    public enum Kind {
        RAMP,
        STEADY,
        STORM,
        OUTAGE,
        /** Nothing new is published; over as soon as everything outstanding has arrived. */
        DRAIN
    }

    public static PhaseSpec steady(String name, Duration length) {
        return new PhaseSpec(name, Kind.STEADY, length, 1, 1, Duration.ZERO, 0);
    }

    public double factor(double share) {
        return from + (to - from) * share;
    }

    PhaseSpec scaled(double time) {
        Duration scaled = Scenario.times(length, kind == Kind.DRAIN ? Math.max(1, time) : time);
        return new PhaseSpec(name, kind, scaled, from, to, Scenario.times(stormEvery, time), stormShare);
    }
}
