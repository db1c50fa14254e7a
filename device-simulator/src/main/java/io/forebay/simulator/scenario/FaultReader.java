package io.forebay.simulator.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Reads phases and faults of a scenario file; those left to chance are drawn here, from the seed. */
final class FaultReader {
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final int FAULTS_MAX = 10_000;

    private final List<String> ends;

    /** @param ends names of what proxy faults can be on */
    FaultReader(List<String> ends) {
        this.ends = ends;
    }

    void phase(Section section, List<PhaseSpec> phases, List<FaultSpec> faults) {
        PhaseSpec.Kind kind = section.choice("kind", PhaseSpec.Kind.class, PhaseSpec.Kind.STEADY);
        Duration length = section.duration("for", SHORTEST, ScenarioReader.LONGEST, Duration.ofMinutes(1));
        boolean ramp = kind == PhaseSpec.Kind.RAMP;
        boolean drain = kind == PhaseSpec.Kind.DRAIN;
        double to = drain ? 0 : section.share("load", 1000, 1);
        double from = ramp ? section.share("from", 1000, 0) : to;
        boolean storm = kind == PhaseSpec.Kind.STORM;
        Duration start = phases.stream().map(PhaseSpec::length).reduce(Duration.ZERO, Duration::plus);
        phases.add(new PhaseSpec(
                section.text("name", kind.name().toLowerCase(Locale.ROOT)),
                kind,
                length,
                from,
                to,
                storm ? section.duration("every", SHORTEST, length, Duration.ZERO) : Duration.ZERO,
                storm ? section.share("share", 1, 1) : 0));
        if (kind == PhaseSpec.Kind.OUTAGE) {
            FaultSpec.Kind how = section.choice("how", FaultSpec.Kind.class, FaultSpec.Kind.CUT);
            faults.add(fault(section, how, start, length));
        }
        section.done();
    }

    void faults(Section root, long seed, List<PhaseSpec> phases, List<FaultSpec> faults) {
        Duration end = phases.stream()
                .filter(phase -> phase.kind() != PhaseSpec.Kind.DRAIN)
                .map(PhaseSpec::length)
                .reduce(Duration.ZERO, Duration::plus);
        Random random = new Random(seed);
        for (Section section : root.sections("faults")) {
            FaultSpec.Kind kind = section.choice("kind", FaultSpec.Kind.class, FaultSpec.Kind.CUT);
            if (section.has("every")) {
                atRandom(section, kind, random, end, faults);
            } else {
                Duration at = section.duration("at", Duration.ZERO, ScenarioReader.LONGEST, Duration.ZERO);
                Duration length = section.duration("for", Duration.ZERO, ScenarioReader.LONGEST, Duration.ZERO);
                faults.add(fault(section, kind, at, length));
                if (!phases.isEmpty() && at.compareTo(end) >= 0) {
                    section.expected(
                            "at", "a time before the phases are over, which is after " + end.toMillis() + "ms");
                }
            }
            section.done();
        }
        faults.sort(Comparator.comparing(FaultSpec::at));
    }

    /** Exponential times in between, from half a distance on, so that no two overlap by much and none comes at once. */
    private void atRandom(Section section, FaultSpec.Kind kind, Random random, Duration end, List<FaultSpec> faults) {
        Duration every = section.duration("every", SHORTEST, ScenarioReader.LONGEST, Duration.ofMinutes(1));
        Duration length = section.duration("for", Duration.ZERO, ScenarioReader.LONGEST, Duration.ofSeconds(5));
        FaultSpec model = fault(section, kind, Duration.ZERO, length);
        double meanMs = every.toMillis() / 2.0;
        List<FaultSpec> drawn = new ArrayList<>();
        double atMs = meanMs;
        while (atMs < end.toMillis() && drawn.size() < FAULTS_MAX) {
            Duration at = Duration.ofMillis((long) atMs);
            Duration lasts = Duration.ofMillis((long) (length.toMillis() * (0.5 + random.nextDouble())));
            drawn.add(new FaultSpec(kind, at, lasts, model.on(), model.amount(), model.run(), model.undo()));
            atMs += meanMs - meanMs * Math.log(1 - random.nextDouble());
        }
        faults.addAll(drawn);
    }

    private FaultSpec fault(Section section, FaultSpec.Kind kind, Duration at, Duration length) {
        return switch (kind) {
            case CUT, BLACK_HOLE -> new FaultSpec(kind, at, length, on(section), 0, "", "");
            case DELAY ->
                new FaultSpec(
                        kind,
                        at,
                        length,
                        on(section),
                        section.duration("delay", Duration.ZERO, Duration.ofMinutes(5), Duration.ofMillis(200))
                                .toMillis(),
                        "",
                        "");
            case RATE ->
                new FaultSpec(
                        kind, at, length, on(section), section.bytes("bytes-per-second", 1, 1L << 40, 10_000), "", "");
            case COMMAND ->
                new FaultSpec(
                        kind, at, length, "", 0, section.required("run", "the command"), section.text("undo", ""));
            case FILL_DISK ->
                new FaultSpec(
                        kind,
                        at,
                        length,
                        "",
                        section.bytes("leave", 0, 1L << 50, 0),
                        section.required("directory", "where to fill the disk"),
                        "");
        };
    }

    private String on(Section section) {
        String on = section.text("on", "mqtt");
        if (!ends.contains(on)) {
            section.expected("on", "one of " + String.join(", ", ends));
        }
        return on;
    }
}
