package io.forebay.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.scenario.PhaseSpec;
import io.forebay.simulator.scenario.RateSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    @Test
    void aConstantRateIsEvenlySpacedAndBeginsAtOnce() {
        List<Double> due = due(RateSpec.of(RateSpec.Kind.CONSTANT, 4), ArrivalsTest::even, 1, 0.1);

        assertEquals(5, due.size());
        for (int i = 0; i < due.size(); i++) {
            assertEquals(i * 0.25, due.get(i), 1e-9);
        }
    }

    @Test
    void howOftenItIsAskedDoesNotMatter() {
        RateSpec rate = RateSpec.of(RateSpec.Kind.CONSTANT, 1234);

        assertEquals(
                due(rate, ArrivalsTest::even, 3, 3).size(),
                due(rate, ArrivalsTest::even, 3, 0.001).size());
    }

    @Test
    void randomTimesHaveTheRateAndTheSpreadOfAPoissonProcess() {
        long seed = System.nanoTime();
        List<Double> due = new ArrayList<>();
        new Arrivals(RateSpec.of(RateSpec.Kind.POISSON, 1000), seed).until(20, ArrivalsTest::even, due::add);

        long shorterThanMean = 0;
        for (int i = 1; i < due.size(); i++) {
            shorterThanMean += due.get(i) - due.get(i - 1) < 0.001 ? 1 : 0;
        }
        assertEquals(20_000, due.size(), 1_000, "seed " + seed);
        assertEquals(1 - Math.exp(-1), shorterThanMean / (double) due.size(), 0.03, "seed " + seed);
    }

    @Test
    void burstsAndDaysAndPhasesChangeTheRate() {
        RateSpec bursts =
                new RateSpec(RateSpec.Kind.BURSTS, 10, 100, Duration.ofSeconds(10), Duration.ofSeconds(1), List.of());
        RateSpec day =
                new RateSpec(RateSpec.Kind.DAY, 100, 0, Duration.ofSeconds(10), Duration.ZERO, List.of(0.0, 100.0));
        PhaseSpec ramp = new PhaseSpec("up", PhaseSpec.Kind.RAMP, Duration.ofSeconds(10), 0, 1, Duration.ZERO, 0);
        PhaseClock phases = new PhaseClock(List.of(ramp, PhaseSpec.steady("on", Duration.ofSeconds(10))));

        assertEquals(
                2 * (100 + 9 * 10), due(bursts, ArrivalsTest::even, 20, 0.01).size(), 3);
        assertEquals(500, due(day, ArrivalsTest::even, 10, 0.01).size(), 3);
        assertEquals(
                50 + 100,
                due(RateSpec.of(RateSpec.Kind.CONSTANT, 10), phases::factor, 30, 0.01)
                        .size(),
                2);
    }

    @Test
    void nothingIsDueWithoutARate() {
        assertTrue(due(RateSpec.of(RateSpec.Kind.POISSON, 5), seconds -> 0, 10, 0.1)
                .isEmpty());
    }

    @Test
    void aDrainAtTheEndIsNoPhase() {
        PhaseSpec drain = new PhaseSpec("drain", PhaseSpec.Kind.DRAIN, Duration.ofSeconds(60), 0, 0, Duration.ZERO, 0);
        PhaseClock phases = new PhaseClock(List.of(PhaseSpec.steady("on", Duration.ofSeconds(10)), drain));

        assertEquals(10, phases.end());
        assertEquals(1, phases.count());
        assertEquals(0, phases.factor(10));
    }

    private static double even(double seconds) {
        return 1;
    }

    private static List<Double> due(RateSpec rate, DoubleUnaryOperator factor, double seconds, double step) {
        List<Double> due = new ArrayList<>();
        Arrivals arrivals = new Arrivals(rate, 1);
        for (double now = step; now < seconds + step / 2; now += step) {
            arrivals.until(Math.min(now, seconds) + 1e-9, factor, due::add);
        }
        return due;
    }
}
