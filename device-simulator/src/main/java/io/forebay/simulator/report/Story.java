package io.forebay.simulator.report;

import java.util.List;

/**
 * A run from its beginning to its end.
 *
 * @param samples how it went, second by second or coarser
 * @param phases what happened in each phase
 * @param marks what was done to it
 * @param acknowledging the curve of latencies to the acknowledgement
 * @param arriving the curve of latencies to the arrival
 */
public record Story(
        List<Sample> samples,
        List<PhaseRow> phases,
        List<Mark> marks,
        List<Point> acknowledging,
        List<Point> arriving) {
    public static final Story NONE = new Story(List.of(), List.of(), List.of(), List.of(), List.of());

    /**
     * @param percentile share of the messages, 0 to 100
     * @param us that took at most so long
     */
    public record Point(double percentile, long us) {}

    public Story {
        samples = List.copyOf(samples);
        phases = List.copyOf(phases);
        marks = List.copyOf(marks);
        acknowledging = List.copyOf(acknowledging);
        arriving = List.copyOf(arriving);
    }
}
