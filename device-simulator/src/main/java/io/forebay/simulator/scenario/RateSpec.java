package io.forebay.simulator.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * When the messages of a fleet are due: a rate that may change with the time.
 *
 * @param kind which of the forms
 * @param perSecond messages per second of the whole fleet; DAY: at 100 %
 * @param burstPerSecond BURSTS: the rate within a burst
 * @param every BURSTS: from the beginning of a burst to that of the next; DAY: how long a day takes
 * @param length BURSTS: how long a burst takes
 * @param shares DAY: percent of the rate, at equal distances over the day
 */
public record RateSpec(
        Kind kind, double perSecond, double burstPerSecond, Duration every, Duration length, List<Double> shares) {
    /** The forms of a rate. */
    public enum Kind {
        /** No rate: a message is due as soon as the window of the device allows. */
        AS_ACKNOWLEDGED,
        CONSTANT,
        /** Exponential times in between, like independent devices. */
        POISSON,
        BURSTS,
        DAY
    }

    public static final RateSpec AS_ACKNOWLEDGED = of(Kind.AS_ACKNOWLEDGED, 0);
    static final double PER_SECOND_MIN = 0.0001;
    public static final double PER_SECOND_MAX = 10_000_000;

    public RateSpec {
        shares = List.copyOf(shares);
    }

    public static RateSpec of(Kind kind, double perSecond) {
        return new RateSpec(kind, perSecond, 0, Duration.ZERO, Duration.ZERO, List.of());
    }

    RateSpec scaled(double load, double time) {
        return new RateSpec(
                kind,
                perSecond * load,
                burstPerSecond * load,
                Scenario.times(every, time),
                Scenario.times(length, time),
                shares);
    }

    public boolean open() {
        return kind != Kind.AS_ACKNOWLEDGED;
    }

    /** Messages per second at a time after the start. */
    public double at(double seconds) {
        return switch (kind) {
            case AS_ACKNOWLEDGED -> 0;
            case CONSTANT, POISSON -> perSecond;
            case BURSTS -> seconds % (every.toNanos() / 1e9) < length.toNanos() / 1e9 ? burstPerSecond : perSecond;
            case DAY -> perSecond * share(seconds / (every.toNanos() / 1e9));
        };
    }

    private double share(double days) {
        double place = (days - Math.floor(days)) * shares.size();
        int from = (int) place;
        double before = shares.get(from % shares.size());
        double after = shares.get((from + 1) % shares.size());
        return (before + (after - before) * (place - from)) / 100;
    }

    @Override
    public String toString() {
        String number = perSecond == Math.rint(perSecond)
                ? String.format(Locale.ROOT, "%.0f", perSecond)
                : String.format(Locale.ROOT, "%.3g", perSecond);
        return switch (kind) {
            case AS_ACKNOWLEDGED -> "as fast as they are acknowledged";
            case CONSTANT -> number + "/s";
            case POISSON -> number + "/s at random times";
            case BURSTS -> number + "/s with bursts";
            case DAY -> number + "/s at the height of the day";
        };
    }
}
