package io.forebay.simulator.report;

import java.util.ArrayList;
import java.util.List;

/**
 * The samples of a run, however long it is: when there are too many, neighbours are put together, and from then on each
 * sample stands for twice the time. Owned by the event loop of the run.
 */
public final class Timeline {
    private static final int SAMPLES_MAX = 1200;

    private final List<Sample> samples = new ArrayList<>();
    private int together = 1;
    private Sample pending;
    private int pendingCount;

    public void add(Sample sample) {
        pending = pending == null ? sample : pending.and(sample);
        if (++pendingCount < together) {
            return;
        }
        samples.add(pending);
        pending = null;
        pendingCount = 0;
        if (samples.size() >= SAMPLES_MAX) {
            putNeighboursTogether();
        }
    }

    private void putNeighboursTogether() {
        List<Sample> halved = new ArrayList<>();
        for (int i = 0; i + 1 < samples.size(); i += 2) {
            halved.add(samples.get(i).and(samples.get(i + 1)));
        }
        samples.clear();
        samples.addAll(halved);
        together *= 2;
    }

    /** What there is so far, the sample that is being put together included. */
    public List<Sample> samples() {
        List<Sample> all = new ArrayList<>(samples);
        if (pending != null) {
            all.add(pending);
        }
        return all;
    }
}
