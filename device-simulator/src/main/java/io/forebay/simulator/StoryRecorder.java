package io.forebay.simulator;

import io.forebay.simulator.ledger.Latency;
import io.forebay.simulator.ledger.Ledger;
import io.forebay.simulator.ledger.Tally;
import io.forebay.simulator.report.Mark;
import io.forebay.simulator.report.PhaseRow;
import io.forebay.simulator.report.Sample;
import io.forebay.simulator.report.Story;
import io.forebay.simulator.report.Timeline;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Writes down a run while it goes on: a sample each second, a row for each phase. Owned by the event loop of the run. */
final class StoryRecorder {
    private static final int MARKS_MAX = 2_000;
    private static final double PHASE_MIN_S = 1;
    private static final double[] PERCENTILES = {
        0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 99.95, 99.99, 99.999, 99.9999, 100
    };

    private final Ledger ledger;
    private final FleetStatistics statistics;
    private final Timeline timeline = new Timeline();
    private final List<PhaseRow> phases = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private double sampledS;
    private Tally sampled;
    private Sample last;
    private String phase = "";
    private double phaseFromS;
    private Tally phaseTally;
    private long phaseLost;
    private Histogram phaseAcknowledging;
    private Histogram phaseArriving;

    StoryRecorder(Ledger ledger, FleetStatistics statistics) {
        this.ledger = ledger;
        this.statistics = statistics;
        sampled = ledger.tally();
    }

    /** Another phase begins; the one before ends. */
    void phase(String name, double nowS) {
        endPhase(nowS);
        phase = name;
        phaseFromS = nowS;
        phaseTally = ledger.tally();
        phaseLost = statistics.connectionsLost;
        phaseAcknowledging = ledger.acknowledging().copy();
        phaseArriving = ledger.arriving().copy();
    }

    private void endPhase(double nowS) {
        Tally now = ledger.tally();
        // Settling says nothing where all had arrived.
        if (phaseTally == null || (nowS - phaseFromS < PHASE_MIN_S && now.equals(phaseTally))) {
            return;
        }
        phases.add(new PhaseRow(
                phase,
                phaseFromS,
                nowS,
                now.published() - phaseTally.published(),
                now.acknowledged() - phaseTally.acknowledged(),
                now.arrived() - phaseTally.arrived(),
                now.repeated() - phaseTally.repeated(),
                now.outOfOrder() - phaseTally.outOfOrder(),
                statistics.connectionsLost - phaseLost,
                since(ledger.acknowledging().copy(), phaseAcknowledging),
                since(ledger.arriving().copy(), phaseArriving)));
    }

    private static Latency since(Histogram now, Histogram before) {
        now.subtract(before);
        return Latency.of(now);
    }

    /** A second has passed, more or less. */
    void sample(double nowS) {
        Tally now = ledger.tally();
        last = new Sample(
                sampledS,
                nowS - sampledS,
                now.published() - sampled.published(),
                now.acknowledged() - sampled.acknowledged(),
                now.arrived() - sampled.arrived(),
                statistics.online,
                now.lost(),
                statistics.due,
                ledger.acknowledging().takeRecent(),
                ledger.arriving().takeRecent());
        timeline.add(last);
        sampled = now;
        sampledS = nowS;
    }

    /** The last full second, or null. */
    Sample last() {
        return last;
    }

    /** Something is done to the run that takes until {@code toS}. Beyond a limit further marks are dropped. */
    void mark(double fromS, double toS, String label, String remark) {
        if (marks.size() < MARKS_MAX) {
            marks.add(new Mark(fromS, toS, label, remark));
        }
    }

    List<Mark> marks() {
        return marks;
    }

    Story end(double nowS) {
        if (nowS - sampledS > 0.05) {
            sample(nowS);
        }
        endPhase(nowS);
        return new Story(
                timeline.samples(),
                phases,
                marks,
                curve(ledger.acknowledging().copy()),
                curve(ledger.arriving().copy()));
    }

    private static List<Story.Point> curve(Histogram us) {
        List<Story.Point> points = new ArrayList<>();
        for (double percentile : PERCENTILES) {
            // Beyond the last message the curve would only repeat it.
            boolean told = us.getTotalCount() * (100 - percentile) / 100 >= 1 || percentile == 100;
            if (us.getTotalCount() > 0 && told) {
                points.add(new Story.Point(percentile, us.getValueAtPercentile(percentile)));
            }
        }
        return points;
    }
}
