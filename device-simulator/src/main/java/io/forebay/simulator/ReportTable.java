package io.forebay.simulator;

import io.forebay.simulator.ledger.Tally;
import io.forebay.simulator.ledger.Text;
import java.util.Map;
import java.util.StringJoiner;

/** Lays a report out for a person: one row per fact, numbers aligned, what is zero and unusual left out. */
final class ReportTable {
    private final StringBuilder text = new StringBuilder();

    private ReportTable() {}

    static String of(Report report) {
        ReportTable table = new ReportTable();
        table.heading(report);
        table.rows(report);
        table.unusual(report);
        table.connections(report);
        table.text.append('\n').append(report.verdict()).append('\n');
        return table.text.toString();
    }

    private void heading(Report report) {
        report.title().fleets().forEach(fleet -> text.append(fleet).append('\n'));
        text.append(String.format("%s, run %016x%n%n", report.title().verify(), report.runId()));
    }

    private void rows(Report report) {
        Tally tally = report.tally();
        row("published", tally.published(), rate(tally.published(), report.publishingMs()));
        long acknowledgeable = tally.published() - tally.publishedAtQos0();
        row("acknowledged", tally.acknowledged(), "of " + Text.count(acknowledgeable) + " at QoS 1 and 2");
        if (report.received()) {
            row("arrived", tally.arrived(), rate(tally.arrived(), report.arrivingMs()));
            row("lost", tally.lost(), lost(report));
        }
        row("duplicated", tally.repeated(), repeats(tally));
        row("out of order", tally.outOfOrder(), "arrived after a later one of their topic");
        line("acknowledged in", tally.acknowledged() == 0 ? "-" : report.acknowledging());
        line("arrived in", tally.arrived() == 0 ? "-" : report.arriving());
    }

    private static String lost(Report report) {
        return report.gaps().gaps() == 0
                ? "acknowledged and never arrived"
                : "acknowledged and never arrived, in "
                        + Text.count(report.gaps().gaps()) + " gaps of "
                        + Text.count(report.gaps().lanes()) + " topics, the longest "
                        + Text.count(report.gaps().longest());
    }

    private void unusual(Report report) {
        Tally tally = report.tally();
        rowUnlessZero("QoS 0 missing", tally.publishedAtQos0() - tally.arrivedAtQos0(), "nobody promised these");
        rowUnlessZero("QoS 0 late", tally.outOfOrderAtQos0(), "arrived after a later one, nobody promised these");
        rowUnlessZero("unacknowledged", tally.unacknowledged(), "published at QoS 1 or 2");
        rowUnlessZero("unsent", report.trouble().unsent(), "due, and not sent before the run ended");
        rowUnlessZero("skipped", report.trouble().skipped(), "due while too many waited at their device");
        rowUnlessZero("refused", tally.refused(), "the broker said no");
        rowUnlessZero("damaged", tally.corrupt(), "wrong checksum");
        rowUnlessZero("invented", tally.invented(), "arrived, never published");
        rowUnlessZero("resent", tally.resent(), "by devices after a reconnect");
        rowUnlessZero("foreign", tally.foreign(), "at the same consumer, not of this run");
        rowUnlessZero("wills", tally.wills(), "published by the broker for devices that were gone");
        for (String example : report.gaps().examples()) {
            line("for example", example);
        }
        if (report.givenUp()) {
            line("given up", "nothing moved any more");
        }
    }

    private void connections(Report report) {
        Trouble trouble = report.trouble();
        rowUnlessZero("reconnects", trouble.connectionsLost(), "connections that devices lost");
        rowUnlessZero("in vain", trouble.connectsFailed(), "attempts of devices to connect");
        rowUnlessZero("dropped", trouble.storms(), "connections, by devices, on purpose");
        rowUnlessZero("forgotten", trouble.sessionsForgotten(), "sessions that the broker did not keep");
        rowUnlessZero("commands", trouble.commands(), "received by devices");
        rowUnlessZero("no subscription", trouble.subscriptionsRefused(), "refused by the broker");
        rowUnlessZero(
                "new consumers",
                trouble.consumerReconnects(),
                "after a loss" + (trouble.lastConsumer().isEmpty() ? "" : ", last: " + trouble.lastConsumer()));
        counts("trouble", trouble.byKind());
        counts("misdeeds", trouble.misdeeds());
    }

    private void counts(String name, Map<String, Long> counts) {
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> row(name, entry.getValue(), entry.getKey()));
    }

    private static String repeats(Tally tally) {
        if (tally.repeated() == 0) {
            return "arrived again";
        }
        StringJoiner kinds = new StringJoiner(", ");
        kind(kinds, tally.repeatedSameId(), "with the same message-id");
        kind(kinds, tally.repeatedByDevice(), "sent twice by the device");
        kind(kinds, tally.repeatedOtherId(), "with another message-id");
        kind(kinds, tally.repeatedUnknownId(), "without a message-id");
        return kinds.toString();
    }

    private static void kind(StringJoiner kinds, long number, String what) {
        if (number > 0) {
            kinds.add(Text.count(number) + " " + what);
        }
    }

    private static String rate(long messages, long ms) {
        if (ms <= 0) {
            return "";
        }
        return "in " + Text.decimal(ms / 1e3) + " s (" + Text.count(messages * 1000 / ms) + "/s)";
    }

    private void line(String name, Object what) {
        text.append(String.format("  %-15s  %s%n", name, what));
    }

    private void rowUnlessZero(String name, long number, String remark) {
        if (number != 0) {
            row(name, number, remark);
        }
    }

    private void row(String name, long number, String remark) {
        text.append(String.format("  %-15s  %13s  %s", name, Text.count(number), remark)
                        .stripTrailing())
                .append('\n');
    }
}
