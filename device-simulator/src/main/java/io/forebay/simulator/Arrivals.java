package io.forebay.simulator;

import io.forebay.simulator.scenario.RateSpec;
import java.util.Random;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleUnaryOperator;

/**
 * When the messages of a fleet are due, one after the other, whether the broker keeps up or not: the rate is summed up over
 * the time, and at each whole number (or, at random times, at each exponential step) one is due. Owned by its fleet.
 */
final class Arrivals {
    private static final double SLICE_S = 0.01;

    private final RateSpec spec;
    private final Random random;
    private double at;
    private double left;

    Arrivals(RateSpec spec, long seed) {
        this.spec = spec;
        random = new Random(seed);
        // The first message is due at once.
        left = spec.kind() == RateSpec.Kind.POISSON ? step() : 0;
    }

    /**
     * Goes on to {@code now}.
     *
     * @param factor of the rate at a time
     * @param due is told the time of each message that is due until then
     */
    void until(double now, DoubleUnaryOperator factor, DoubleConsumer due) {
        while (at < now) {
            double rate = spec.at(at) * factor.applyAsDouble(at);
            double slice = Math.min(now - at, SLICE_S);
            double messages = rate * slice;
            if (messages <= left || rate == 0) {
                left -= messages;
                at += slice;
            } else {
                at += left / rate;
                due.accept(at);
                left = step();
            }
        }
    }

    private double step() {
        return spec.kind() == RateSpec.Kind.POISSON ? -Math.log(1 - random.nextDouble()) : 1;
    }
}
