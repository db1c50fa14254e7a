package io.forebay.simulator.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Trouble with the network that nobody planned: the same for the same seed. */
public final class RandomFaults {
    private static final double EVERY_S = 15;
    private static final double LENGTH_S = 3;
    private static final Duration WITHOUT_PHASES = Duration.ofMinutes(1);
    private static final FaultSpec.Kind[] KINDS = {
        FaultSpec.Kind.CUT, FaultSpec.Kind.BLACK_HOLE, FaultSpec.Kind.DELAY, FaultSpec.Kind.RATE
    };

    private RandomFaults() {}

    /** Faults of the four kinds on both ends, on average every fifteen seconds, or three in a short run. */
    public static List<FaultSpec> over(Duration length, long seed) {
        Random random = new Random(seed);
        double end = (length.isZero() ? WITHOUT_PHASES : length).toMillis() / 1e3;
        List<FaultSpec> faults = new ArrayList<>();
        double every = Math.min(EVERY_S, end / 3);
        for (double at = every / 3; at < end; at += every * (0.5 + random.nextDouble())) {
            FaultSpec.Kind kind = KINDS[random.nextInt(KINDS.length)];
            faults.add(new FaultSpec(
                    kind,
                    seconds(at),
                    seconds(Math.min(LENGTH_S, every / 3) * (0.5 + random.nextDouble())),
                    random.nextBoolean() ? "mqtt" : "amqp",
                    kind == FaultSpec.Kind.DELAY ? 50 + random.nextInt(450) : 20_000 + random.nextInt(200_000),
                    "",
                    ""));
        }
        return faults;
    }

    private static Duration seconds(double number) {
        return Duration.ofMillis(Math.round(number * 1e3));
    }
}
