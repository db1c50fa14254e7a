package io.forebay.simulator;

import io.forebay.simulator.ledger.Latency;
import io.forebay.simulator.ledger.Tally;
import io.forebay.simulator.ledger.Text;
import io.forebay.simulator.report.Page;
import io.forebay.simulator.report.Page.Figure;
import io.forebay.simulator.report.Page.Row;
import io.forebay.simulator.report.Page.Table;
import io.forebay.simulator.report.Page.Tone;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts a report into words and numbers for a page, and into facts for machines. */
final class ReportPage {
    private ReportPage() {}

    static Page of(Report report) {
        List<String> about = new ArrayList<>();
        if (!report.title().about().isEmpty()) {
            about.add(report.title().about());
        }
        about.addAll(report.title().fleets());
        about.add(report.title().verify() + ", seed " + report.title().seed() + ", run "
                + String.format("%016x", report.runId()));
        return new Page(
                report.title().name(),
                about,
                report.clean(),
                report.verdict(),
                figures(report),
                List.of(
                        new Table("Unusual", unusual(report)),
                        new Table("Connections", connections(report)),
                        new Table(
                                "Trouble with connections, by reason",
                                counts(report.trouble().byKind())),
                        new Table(
                                "What was made of misbehaviour",
                                counts(report.trouble().misdeeds()))),
                report.story());
    }

    private static List<Figure> figures(Report report) {
        Tally tally = report.tally();
        List<Figure> figures = new ArrayList<>();
        figures.add(number("published", tally.published(), "messages that devices sent", Tone.NEUTRAL));
        figures.add(number(
                "acknowledged",
                tally.acknowledged(),
                "messages at QoS 1 and 2 for which the broker has taken responsibility",
                Tone.NEUTRAL));
        figures.add(number("arrived", tally.arrived(), "different messages that reached the consumer", Tone.NEUTRAL));
        if (report.received()) {
            figures.add(number(
                    "lost", tally.lost(), "acknowledged, and never arrived at the consumer", tone(tally.lost())));
        }
        figures.add(number(
                "out of order",
                tally.outOfOrder(),
                "arrived for the first time after a later message of the same device and topic",
                tone(tally.outOfOrder())));
        figures.add(number(
                "arrived again",
                tally.repeated(),
                "Repeats are allowed (at least once). They are held against the gateway only if they carry another"
                        + " message-id than the first arrival: " + Text.count(tally.repeatedOtherId()) + " did.",
                tally.repeatedOtherId() > 0 ? Tone.BAD : tally.repeated() > 0 ? Tone.NOTABLE : Tone.GOOD));
        figures.add(number("damaged", tally.corrupt(), "arrived with a wrong checksum", tone(tally.corrupt())));
        figures.add(latency("acknowledged in, 99 %", report.acknowledging()));
        figures.add(latency("arrived in, 99 %", report.arriving()));
        return figures;
    }

    private static Tone tone(long bad) {
        return bad == 0 ? Tone.GOOD : Tone.BAD;
    }

    private static Figure number(String name, long number, String remark, Tone tone) {
        return new Figure(name, Text.count(number), remark, tone);
    }

    private static Figure latency(String name, Latency latency) {
        return new Figure(
                name,
                latency.count() == 0 ? "–" : Text.micros(latency.p99Us()),
                "One message in a hundred took longer, counted from when it was due. Half took at most "
                        + Text.micros(latency.p50Us()) + ", the slowest " + Text.micros(latency.maxUs()) + ".",
                Tone.NEUTRAL);
    }

    private static List<Row> unusual(Report report) {
        Tally tally = report.tally();
        List<Row> rows = new ArrayList<>();
        unlessZero(
                rows,
                "gaps",
                report.gaps().gaps(),
                "stretches of lost messages; the longest has "
                        + Text.count(report.gaps().longest()));
        unlessZero(rows, "QoS 0 missing", tally.publishedAtQos0() - tally.arrivedAtQos0(), "nobody promised these");
        unlessZero(rows, "QoS 0 late", tally.outOfOrderAtQos0(), "arrived after a later one; nobody promised these");
        unlessZero(rows, "unacknowledged", tally.unacknowledged(), "published at QoS 1 or 2");
        unlessZero(rows, "unsent", report.trouble().unsent(), "due, and not sent before the run ended");
        unlessZero(rows, "skipped", report.trouble().skipped(), "due while too many waited at their device");
        unlessZero(rows, "refused", tally.refused(), "the broker said no");
        unlessZero(rows, "invented", tally.invented(), "arrived, never published");
        unlessZero(rows, "resent", tally.resent(), "by devices after a reconnect");
        unlessZero(rows, "foreign", tally.foreign(), "at the same consumer, not of this run");
        unlessZero(rows, "wills", tally.wills(), "published by the broker for devices that were gone");
        report.gaps().examples().forEach(example -> rows.add(new Row("for example", "", example)));
        return rows;
    }

    private static List<Row> connections(Report report) {
        Trouble trouble = report.trouble();
        List<Row> rows = new ArrayList<>();
        unlessZero(rows, "lost", trouble.connectionsLost(), "connections that devices lost");
        unlessZero(rows, "in vain", trouble.connectsFailed(), "attempts of devices to connect");
        unlessZero(rows, "dropped", trouble.storms(), "connections, by devices, on purpose");
        unlessZero(rows, "never online", trouble.neverOnline(), "devices that did not get a connection");
        unlessZero(rows, "forgotten", trouble.sessionsForgotten(), "sessions that the broker did not keep");
        unlessZero(rows, "commands", trouble.commands(), "received by devices");
        unlessZero(rows, "no subscription", trouble.subscriptionsRefused(), "refused by the broker");
        unlessZero(
                rows, "new consumers", trouble.consumerReconnects(), "after a loss, last: " + trouble.lastConsumer());
        return rows;
    }

    private static void unlessZero(List<Row> rows, String name, long number, String remark) {
        if (number != 0) {
            rows.add(new Row(name, Text.count(number), remark));
        }
    }

    private static List<Row> counts(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .map(entry -> new Row(entry.getKey(), Text.count(entry.getValue()), ""))
                .toList();
    }

    static Map<String, Object> facts(Report report) {
        Tally tally = report.tally();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("scenario", report.title().name());
        facts.put("seed", report.title().seed());
        facts.put("run", String.format("%016x", report.runId()));
        facts.put("clean", report.clean());
        facts.put("verdict", report.verdict());
        facts.put("complaints", report.complaints());
        facts.put("publishingS", report.publishingMs() / 1e3);
        facts.put("arrivingS", report.arrivingMs() / 1e3);
        facts.put("givenUp", report.givenUp());
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("published", tally.published());
        counts.put("publishedAtQos0", tally.publishedAtQos0());
        counts.put("acknowledged", tally.acknowledged());
        counts.put("unacknowledged", tally.unacknowledged());
        counts.put("refused", tally.refused());
        counts.put("resent", tally.resent());
        counts.put("arrived", tally.arrived());
        counts.put("arrivedAtQos0", tally.arrivedAtQos0());
        counts.put("lost", tally.lost());
        counts.put("gaps", report.gaps().gaps());
        counts.put("outOfOrder", tally.outOfOrder());
        counts.put("outOfOrderAtQos0", tally.outOfOrderAtQos0());
        counts.put("repeatedSameId", tally.repeatedSameId());
        counts.put("repeatedByDevice", tally.repeatedByDevice());
        counts.put("repeatedOtherId", tally.repeatedOtherId());
        counts.put("repeatedUnknownId", tally.repeatedUnknownId());
        counts.put("corrupt", tally.corrupt());
        counts.put("invented", tally.invented());
        counts.put("foreign", tally.foreign());
        counts.put("wills", tally.wills());
        counts.put("unsent", report.trouble().unsent());
        counts.put("skipped", report.trouble().skipped());
        facts.put("messages", counts);
        Map<String, Object> connections = new LinkedHashMap<>();
        connections.put("lost", report.trouble().connectionsLost());
        connections.put("inVain", report.trouble().connectsFailed());
        connections.put("dropped", report.trouble().storms());
        connections.put("neverOnline", report.trouble().neverOnline());
        connections.put("sessionsForgotten", report.trouble().sessionsForgotten());
        connections.put("consumerReconnects", report.trouble().consumerReconnects());
        connections.put("troubleByKind", report.trouble().byKind());
        facts.put("connections", connections);
        facts.put("misdeeds", report.trouble().misdeeds());
        facts.put("acknowledging", report.acknowledging());
        facts.put("arriving", report.arriving());
        return facts;
    }
}
