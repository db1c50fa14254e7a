package io.forebay.simulator;

import io.forebay.simulator.scenario.PhaseSpec;
import java.util.List;

/** Which phase it is at a time, and what it does to the rates. Immutable. */
final class PhaseClock {
    private final List<PhaseSpec> phases;
    private final double[] ends;

    /** A drain at the end is no phase of its own here: it is over when everything has arrived. */
    PhaseClock(List<PhaseSpec> all) {
        boolean drains = !all.isEmpty() && all.get(all.size() - 1).kind() == PhaseSpec.Kind.DRAIN;
        phases = drains ? all.subList(0, all.size() - 1) : all;
        ends = new double[phases.size()];
        double end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += phases.get(i).length().toNanos() / 1e9;
            ends[i] = end;
        }
    }

    boolean isEmpty() {
        return phases.isEmpty();
    }

    /** Number of the phase; behind the last one their number. */
    int at(double seconds) {
        int phase = 0;
        while (phase < ends.length && seconds >= ends[phase]) {
            phase++;
        }
        return phase;
    }

    double factor(double seconds) {
        int number = at(seconds);
        if (number == ends.length) {
            return isEmpty() ? 1 : 0;
        }
        double start = start(number);
        return phases.get(number).factor((seconds - start) / (ends[number] - start));
    }

    double start(int phase) {
        return phase == 0 ? 0 : ends[phase - 1];
    }

    double end() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    PhaseSpec phase(int number) {
        return phases.get(number);
    }

    int count() {
        return ends.length;
    }
}
