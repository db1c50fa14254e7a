package io.forebay.simulator;

/** Lays a report out for a person: one row per fact, numbers aligned, what is zero and unusual left out. */
final class ReportTable {
    private final StringBuilder text = new StringBuilder();

    private ReportTable() {}

    static String of(Report report) {
        ReportTable table = new ReportTable();
        table.heading(report);
        table.rows(report);
        table.unusual(report);
        table.text.append('\n').append(report.verdict()).append('\n');
        return table.text.toString();
    }

    private void heading(Report report) {
        FleetLoad load = report.load();
        text.append(String.format(
                "%s devices, %s topic%s each, %s, %s bytes, run %016x%n%n",
                Text.count(load.devices()),
                Text.count(load.topicsPerDevice()),
                load.topicsPerDevice() == 1 ? "" : "s",
                load.qos(),
                Text.count(load.payloadBytes()),
                report.runId()));
    }

    private void rows(Report report) {
        Tally tally = report.tally();
        row("published", tally.published(), rate(tally.published(), report.publishingMs()));
        long acknowledgeable = tally.published() - tally.publishedAtQos0();
        row("acknowledged", tally.acknowledged(), "of " + Text.count(acknowledgeable) + " at QoS 1 and 2");
        row("arrived", tally.arrived(), rate(tally.arrived(), report.arrivingMs()));
        row("lost", tally.lost(), "acknowledged and never arrived");
        row("duplicated", tally.repeated(), repeats(tally));
        row("out of order", tally.outOfOrder(), "arrived after a later one of their topic");
        text.append(String.format("  %-14s  %s%n", "latency", tally.arrived() == 0 ? "-" : report.latency()));
    }

    private void unusual(Report report) {
        Tally tally = report.tally();
        rowUnlessZero("QoS 0 missing", tally.publishedAtQos0() - tally.arrivedAtQos0(), "nobody promised these");
        rowUnlessZero("QoS 0 late", tally.outOfOrderAtQos0(), "arrived after a later one, nobody promised these");
        rowUnlessZero("unacknowledged", tally.unacknowledged(), "published at QoS 1 or 2");
        rowUnlessZero("refused", tally.refused(), "the broker said no");
        rowUnlessZero("damaged", tally.corrupt(), "wrong checksum");
        rowUnlessZero("invented", tally.invented(), "arrived, never published");
        rowUnlessZero("resent", tally.resent(), "by devices after a reconnect");
        rowUnlessZero("foreign", tally.foreign(), "on the same address, not of this run");
        rowUnlessZero(
                "reconnects",
                report.connectionsLost(),
                "connections that devices lost" + last(report.lastDeviceTrouble()));
        rowUnlessZero(
                "in vain",
                report.connectsFailed(),
                "attempts of devices to connect" + last(report.lastDeviceTrouble()));
        rowUnlessZero("forgotten", report.sessionsForgotten(), "sessions that the broker did not keep");
        rowUnlessZero(
                "AMQP restarts", report.consumerReconnects(), "of the consumer" + last(report.lastConsumerTrouble()));
        for (String example : report.examplesOfLost()) {
            text.append(String.format("  %-14s  %s%n", "for example", example));
        }
        if (report.givenUp()) {
            text.append(String.format("  %-14s  %s%n", "given up", "nothing moved any more"));
        }
    }

    private static String last(String trouble) {
        return trouble.isEmpty() ? "" : ", last: " + trouble;
    }

    private static String repeats(Tally tally) {
        if (tally.repeated() == 0) {
            return "arrived again";
        }
        return Text.count(tally.repeatedSameId()) + " with the same message-id, " + Text.count(tally.repeatedByDevice())
                + " sent twice by the device, " + Text.count(tally.repeatedOtherId()) + " with another message-id"
                + (tally.repeatedUnknownId() == 0 ? "" : ", " + Text.count(tally.repeatedUnknownId()) + " unknown");
    }

    private static String rate(long messages, long ms) {
        if (ms <= 0) {
            return "";
        }
        return "in " + Text.decimal(ms / 1e3) + " s (" + Text.count(messages * 1000 / ms) + "/s)";
    }

    private void rowUnlessZero(String name, long number, String remark) {
        if (number != 0) {
            row(name, number, remark);
        }
    }

    private void row(String name, long number, String remark) {
        text.append(String.format("  %-14s  %13s  %s", name, Text.count(number), remark)
                        .stripTrailing())
                .append('\n');
    }
}
