package io.forebay.simulator.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/** The charts of a story. Immutable. */
final class Charts {
    private static final int HEIGHT = 240;
    private static final int LOW_HEIGHT = 170;
    /** The curve goes to a millionth of the messages. */
    private static final double NINES_MAX = 6;

    private final Story story;
    private final double[] xs;
    private final double endS;

    Charts(Story story) {
        this.story = story;
        xs = story.samples().stream()
                .mapToDouble(s -> s.atS() + s.lengthS() / 2)
                .toArray();
        endS = story.samples().stream()
                .mapToDouble(s -> s.atS() + s.lengthS())
                .max()
                .orElse(1);
    }

    String throughput() {
        return figure(
                "Messages per second",
                "How many messages devices sent, how many the broker acknowledged, and how many reached the consumer.",
                over(HEIGHT, false, Chart::amount)
                        .draw(
                                List.of(
                                        curve("published", "c1", s -> s.perSecond(s.published())),
                                        curve("acknowledged", "c2", s -> s.perSecond(s.acknowledged())),
                                        curve("arrived", "c3", s -> s.perSecond(s.arrived()))),
                                bands(),
                                Chart.timeTicks(endS)),
                "c1 published",
                "c2 acknowledged",
                "c3 arrived");
    }

    String latency() {
        return figure(
                "Latency",
                "Time since a message was due. 'Half' means that half of the messages took at most so long (p50), '99 %'"
                        + " that all but one in a hundred did (p99). Each step up is ten times as long.",
                over(HEIGHT, true, Chart::micros)
                        .draw(
                                List.of(
                                        curve(
                                                "ack p50",
                                                "c2 thin",
                                                s -> us(
                                                        s.acknowledging().count(),
                                                        s.acknowledging().p50Us())),
                                        curve(
                                                "ack p99",
                                                "c2",
                                                s -> us(
                                                        s.acknowledging().count(),
                                                        s.acknowledging().p99Us())),
                                        curve(
                                                "arrive p50",
                                                "c3 thin",
                                                s -> us(
                                                        s.arriving().count(),
                                                        s.arriving().p50Us())),
                                        curve(
                                                "arrive p99",
                                                "c3",
                                                s -> us(
                                                        s.arriving().count(),
                                                        s.arriving().p99Us()))),
                                bands(),
                                Chart.timeTicks(endS)),
                "c2 thin acknowledged, half",
                "c2 acknowledged, 99 %",
                "c3 thin arrived, half",
                "c3 arrived, 99 %");
    }

    private static double us(long count, long value) {
        return count == 0 ? Double.NaN : Math.max(1, value);
    }

    String backlog() {
        return figure(
                "Under way",
                "Messages that were acknowledged and had not arrived, and messages that were due and not yet sent.",
                over(LOW_HEIGHT, false, Chart::amount)
                        .draw(
                                List.of(curve("awaited", "c3", Sample::awaited), curve("due", "c4", Sample::due)),
                                bands(),
                                Chart.timeTicks(endS)),
                "c3 acknowledged, not arrived",
                "c4 due, not sent");
    }

    String online() {
        return figure(
                "Devices connected",
                "Devices with a connection that the broker has accepted.",
                over(LOW_HEIGHT, false, Chart::amount)
                        .draw(List.of(curve("online", "c1", Sample::online)), bands(), Chart.timeTicks(endS)),
                "c1 connected");
    }

    String percentiles() {
        double[] nines = {0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 99.95, 99.99, 99.999, 99.9999};
        double[] places = new double[nines.length];
        for (int i = 0; i < nines.length; i++) {
            places[i] = -Math.log10(1 - nines[i] / 100);
        }
        Chart chart = new Chart(HEIGHT, places, NINES_MAX, true, Charts::share, Chart::micros);
        return figure(
                "How many messages took how long",
                "At 99 %, one message in a hundred took longer; at 99.9 %, one in a thousand. Steep at the right end means"
                        + " that a few messages took much longer than the others.",
                chart.draw(
                        List.of(
                                new Chart.Curve("acknowledged", "c2", points(story.acknowledging(), nines)),
                                new Chart.Curve("arrived", "c3", points(story.arriving(), nines))),
                        List.of(),
                        List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)),
                "c2 acknowledged",
                "c3 arrived");
    }

    private static String share(double nines) {
        int places = (int) nines;
        return places == 0
                ? "0 %"
                : String.format(
                        Locale.ROOT, "%." + Math.max(0, places - 2) + "f %%", 100 * (1 - Math.pow(10, -places)));
    }

    private static double[] points(List<Story.Point> curve, double[] percentiles) {
        double[] values = new double[percentiles.length];
        for (int i = 0; i < values.length; i++) {
            double percentile = percentiles[i];
            values[i] = curve.stream()
                    .filter(point -> point.percentile() == percentile)
                    .mapToDouble(point -> Math.max(1, (double) point.us()))
                    .findFirst()
                    .orElse(Double.NaN);
        }
        return values;
    }

    private Chart over(int height, boolean logarithmic, DoubleFunction<String> text) {
        return new Chart(height, xs, endS, logarithmic, Chart::time, text);
    }

    private Chart.Curve curve(String name, String style, ToDoubleFunction<Sample> value) {
        return new Chart.Curve(
                name, style, story.samples().stream().mapToDouble(value).toArray());
    }

    private List<Chart.Band> bands() {
        List<Chart.Band> bands = new ArrayList<>();
        int number = 0;
        for (PhaseRow phase : story.phases()) {
            bands.add(new Chart.Band(phase.fromS(), phase.toS(), phase.name(), "phase" + number++ % 2));
        }
        for (Mark mark : story.marks()) {
            bands.add(new Chart.Band(mark.fromS(), mark.toS(), mark.label(), "fault"));
        }
        return bands;
    }

    private String figure(String title, String explanation, String svg, String... legend) {
        StringBuilder html = new StringBuilder("<figure><figcaption><b title='" + Html.escape(explanation) + "'>"
                + Html.escape(title) + "</b><span class='legend'>");
        if (title.startsWith("Messages") && !story.marks().isEmpty()) {
            html.append("<i class='fault'></i>broken on purpose");
        }
        for (String entry : legend) {
            int space = entry.startsWith("c2 thin") || entry.startsWith("c3 thin") ? 7 : 2;
            html.append("<i class='")
                    .append(entry, 0, space)
                    .append("'></i>")
                    .append(Html.escape(entry.substring(space + 1)));
        }
        return html.append("</span></figcaption>")
                .append(svg)
                .append("</figure>")
                .toString();
    }
}
