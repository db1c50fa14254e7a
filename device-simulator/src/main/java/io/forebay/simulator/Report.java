package io.forebay.simulator;

import io.forebay.simulator.ledger.Gaps;
import io.forebay.simulator.ledger.Latency;
import io.forebay.simulator.ledger.Tally;
import io.forebay.simulator.ledger.Text;
import io.forebay.simulator.report.HtmlReport;
import io.forebay.simulator.report.JsonReport;
import io.forebay.simulator.report.Story;
import java.util.ArrayList;
import java.util.List;

/**
 * What came out of a run.
 *
 * @param runId which run
 * @param title what it was
 * @param tally the totals
 * @param gaps what is missing
 * @param acknowledging from when a message was due to its acknowledgement
 * @param arriving from when a message was due to its first arrival
 * @param publishingMs from the start to the last acknowledgement
 * @param arrivingMs from the start to the last arrival
 * @param givenUp nothing moved any more although something was outstanding
 * @param ledgerFull the ledger had become too large
 * @param trouble what happened to connections
 * @param story how it went
 */
public record Report(
        long runId,
        RunTitle title,
        Tally tally,
        Gaps gaps,
        Latency acknowledging,
        Latency arriving,
        long publishingMs,
        long arrivingMs,
        boolean givenUp,
        boolean ledgerFull,
        Trouble trouble,
        Story story) {
    public static final int EXIT_CLEAN = 0;
    public static final int EXIT_BROKEN_PROMISE = 1;
    public static final int EXIT_CANNOT_RUN = 2;

    /** What speaks against the installation, in words; empty if the run is clean. */
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        if (received()) {
            complain(complaints, tally.lost(), "acknowledged and never arrived");
        }
        complain(complaints, tally.outOfOrder(), "arrived after a later one of the same topic");
        complain(complaints, tally.corrupt(), "arrived damaged");
        complain(complaints, tally.invented(), "arrived that nobody had published");
        complain(complaints, tally.repeatedOtherId(), "repeated under another message-id");
        complain(complaints, tally.unacknowledged(), "never acknowledged");
        complain(complaints, trouble.unsent(), "due and never sent");
        complain(complaints, trouble.skipped(), "skipped because their device had too many waiting");
        complain(complaints, trouble.neverOnline(), "devices that did not get a connection");
        if (tally.arrived() == 0 && received()) {
            complaints.add("nothing arrived");
        }
        if (ledgerFull) {
            complaints.add("ended early because the ledger is full");
        }
        return complaints;
    }

    boolean received() {
        return !title.verify().equals("not received");
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
        if (!received()) {
            return "OK: every message was acknowledged. Whether they arrived was not looked at.";
        }
        if (!title.acknowledged()) {
            return "OK: " + Text.count(tally.arrived()) + " of " + Text.count(tally.published())
                    + " arrived. At QoS 0 nothing is acknowledged, so nothing is promised.";
        }
        return "OK: every acknowledged message arrived, in the order of its topic.";
    }

    /** The whole report as one file of HTML that needs nothing else. */
    public String toHtml() {
        return HtmlReport.of(ReportPage.of(this));
    }

    /** The whole report for machines. */
    public String toJson() {
        return JsonReport.of(ReportPage.facts(this), story);
    }

    /** The whole report as a table for a terminal, with the verdict as its last line. */
    @Override
    public String toString() {
        return ReportTable.of(this);
    }
}
