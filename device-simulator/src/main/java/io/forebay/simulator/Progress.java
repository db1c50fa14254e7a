package io.forebay.simulator;

import io.forebay.simulator.ledger.Latency;
import io.forebay.simulator.ledger.Tally;
import io.forebay.simulator.report.Sample;
import java.util.List;
import java.util.Map;

/**
 * Where a run is.
 *
 * @param phase what it does now
 * @param phaseName the phase of the scenario, or empty
 * @param tally the totals so far
 * @param messagesInAll how many messages there will be, or -1 if time decides
 * @param devices number of devices that should be connected
 * @param online how many of them are
 * @param elapsedMs since the phases began
 * @param plannedMs how long the phases take, or 0 if only the number of messages decides
 * @param due messages due and not yet sent
 * @param rates of the last second
 * @param faults what is broken on purpose at this moment
 * @param troubles what went wrong so far, by kind
 */
public record Progress(
        Phase phase,
        String phaseName,
        Tally tally,
        long messagesInAll,
        int devices,
        long online,
        long elapsedMs,
        long plannedMs,
        long due,
        Rates rates,
        List<String> faults,
        Map<String, Long> troubles) {
    /** The parts of a run, in order. */
    public enum Phase {
        CONNECTING,
        PUBLISHING,
        /** Nothing new is due; what is outstanding is awaited. */
        SETTLING,
        DONE
    }

    /**
     * Messages per second, and latencies, in the last full second.
     *
     * @param acknowledging from when a message was due to its acknowledgement
     * @param arriving from when a message was due to its arrival
     */
    public record Rates(
            double published, double acknowledged, double arrived, Latency acknowledging, Latency arriving) {
        static final Latency NO_LATENCY = new Latency(0, 0, 0, 0, 0);
        public static final Rates NONE = new Rates(0, 0, 0, NO_LATENCY, NO_LATENCY);

        /** @param sample of the last second, or null */
        static Rates of(Sample sample) {
            return sample == null
                    ? NONE
                    : new Rates(
                            sample.perSecond(sample.published()),
                            sample.perSecond(sample.acknowledged()),
                            sample.perSecond(sample.arrived()),
                            sample.acknowledging(),
                            sample.arriving());
        }
    }
}
