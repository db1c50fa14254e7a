package io.forebay.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * What came out of a run.
 *
 * @param runId which run
 * @param load what was to be published
 * @param tally the totals
 * @param latency from the first publish of a message to its first arrival
 * @param publishingMs from the start to the last acknowledgement
 * @param arrivingMs from the start to the last arrival
 * @param givenUp nothing moved any more although something was outstanding
 * @param connectionsLost how often a device lost its connection
 * @param connectsFailed how often a device tried in vain to connect
 * @param sessionsForgotten how often the broker no longer knew the session of a device with messages in flight
 * @param consumerReconnects how often the consumer had to connect again
 * @param lastDeviceTrouble why a device last lost its connection or did not get one, or empty
 * @param lastConsumerTrouble the same for the consumer
 * @param examplesOfLost some of the messages that were lost
 */
public record Report(
        long runId,
        FleetLoad load,
        Tally tally,
        Latency latency,
        long publishingMs,
        long arrivingMs,
        boolean givenUp,
        long connectionsLost,
        long connectsFailed,
        long sessionsForgotten,
        long consumerReconnects,
        String lastDeviceTrouble,
        String lastConsumerTrouble,
        List<String> examplesOfLost) {

    public static final int EXIT_CLEAN = 0;
    public static final int EXIT_BROKEN_PROMISE = 1;
    public static final int EXIT_CANNOT_RUN = 2;

    /** What speaks against the installation, in words; empty if the run is clean. */
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        complain(complaints, tally.lost(), "acknowledged and never arrived");
        complain(complaints, tally.outOfOrder(), "arrived after a later one of the same topic");
        complain(complaints, tally.corrupt(), "arrived damaged");
        complain(complaints, tally.invented(), "arrived that nobody had published");
        complain(complaints, tally.repeatedOtherId(), "repeated under another message-id");
        complain(complaints, tally.unacknowledged(), "never acknowledged");
        if (tally.arrived() == 0) {
            complaints.add("nothing arrived");
        }
        return complaints;
    }

    private static void complain(List<String> complaints, long messages, String what) {
        if (messages > 0) {
            complaints.add(Text.count(messages) + " " + what);
        }
    }

    public boolean clean() {
        return complaints().isEmpty();
    }

    public int exitCode() {
        return clean() ? EXIT_CLEAN : EXIT_BROKEN_PROMISE;
    }

    /** The verdict in one line. */
    public String verdict() {
        if (!clean()) {
            return "FAILED: " + String.join(", ", complaints()) + ".";
        }
        if (!load.qos().acknowledged()) {
            return "OK: " + Text.count(tally.arrived()) + " of " + Text.count(tally.published())
                    + " arrived. At QoS 0 nothing is acknowledged, so nothing is promised.";
        }
        return "OK: every acknowledged message arrived, in the order of its topic.";
    }

    /** The whole report as a table for a terminal, with the verdict as its last line. */
    @Override
    public String toString() {
        return ReportTable.of(this);
    }
}
