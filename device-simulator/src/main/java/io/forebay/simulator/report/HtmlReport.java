package io.forebay.simulator.report;

import io.forebay.simulator.ledger.Latency;
import io.forebay.simulator.ledger.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** A report as one file of HTML that needs nothing else, not even a network. Made for one page. */
public final class HtmlReport {
    private final Page page;
    private final StringBuilder html = new StringBuilder();

    private HtmlReport(Page page) {
        this.page = page;
    }

    public static String of(Page page) {
        return new HtmlReport(page).write();
    }

    private String write() {
        String title = Html.escape(page.title());
        html.append("<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>")
                .append(page.clean() ? "OK: " : "FAILED: ")
                .append(title)
                .append("</title><meta name='viewport' content='width=device-width, initial-scale=1'><style>")
                .append(resource("report.css"))
                .append("</style></head><body><main><h1>")
                .append(title)
                .append("</h1>");
        page.about().forEach(line -> element("p", "about", line));
        element("div", "verdict " + (page.clean() ? "good" : "bad"), page.verdict());
        figures();
        charts();
        phases();
        marks();
        page.tables().forEach(this::table);
        html.append("<footer>Times are minutes and seconds since the first phase began. Point at a word, a number or a")
                .append(
                        " chart to learn more.</footer></main><div id='tip'></div><script type='application/json' id='samples'>");
        samples();
        return html.append("</script><script>")
                .append(resource("report.js"))
                .append("</script></body></html>\n")
                .toString();
    }

    private void element(String tag, String style, String text) {
        html.append('<').append(tag).append(" class='").append(style).append("'>");
        html.append(Html.escape(text)).append("</").append(tag).append('>');
    }

    private void figures() {
        html.append("<div class='figures'>");
        for (Page.Figure figure : page.figures()) {
            html.append("<div class='")
                    .append(figure.tone())
                    .append("' title='")
                    .append(Html.escape(figure.remark()));
            html.append("'><b>").append(Html.escape(figure.value())).append("</b><span>");
            html.append(Html.escape(figure.name())).append("</span></div>");
        }
        html.append("</div>");
    }

    private void charts() {
        if (page.story().samples().isEmpty()) {
            return;
        }
        Charts charts = new Charts(page.story());
        html.append("<h2>Over time</h2><div class='overtime'>");
        html.append(charts.throughput())
                .append(charts.latency())
                .append(charts.backlog())
                .append(charts.online());
        html.append("</div><h2>All messages</h2>").append(charts.percentiles());
    }

    private void phases() {
        if (page.story().phases().isEmpty()) {
            return;
        }
        html.append("<h2>Phase by phase</h2><div class='box scroll'><table><tr><th>phase</th><th>length</th>");
        head("published/s", "messages that devices sent, per second");
        head("acknowledged/s", "messages that the broker acknowledged, per second");
        head("arrived/s", "different messages that reached the consumer, per second");
        head("again", "messages that arrived a second time or more often");
        head("out of order", "messages that arrived after a later one of the same device and topic");
        head("lost connections", "connections that devices lost without wanting to");
        head("acknowledged in", "half / 99 % of the messages were acknowledged at most so long after they were due");
        head("arrived in", "half / 99 % of the messages arrived at most so long after they were due");
        html.append("</tr>");
        page.story().phases().forEach(this::phase);
        html.append("</table></div>");
    }

    private void head(String name, String explanation) {
        html.append("<th class='number' title='")
                .append(Html.escape(explanation))
                .append("'>");
        html.append(Html.escape(name)).append("</th>");
    }

    private void phase(PhaseRow row) {
        html.append("<tr><td>").append(Html.escape(row.name())).append("</td><td>");
        html.append(length(row.seconds())).append("</td>");
        double seconds = Math.max(row.seconds(), 1e-3);
        number(Text.count(Math.round(row.published() / seconds)));
        number(Text.count(Math.round(row.acknowledged() / seconds)));
        number(Text.count(Math.round(row.arrived() / seconds)));
        number(Text.count(row.repeated()));
        number(Text.count(row.outOfOrder()));
        number(Text.count(row.connectionsLost()));
        number(latency(row.acknowledging()));
        number(latency(row.arriving()));
        html.append("</tr>");
    }

    private static String length(double seconds) {
        return seconds < 10
                ? Text.decimal(seconds).replaceFirst("\\.0+$", "") + " s"
                : Text.duration(Duration.ofSeconds(Math.round(seconds)));
    }

    private static String latency(Latency latency) {
        return latency.count() == 0 ? "–" : Text.micros(latency.p50Us()) + " / " + Text.micros(latency.p99Us());
    }

    private void number(String text) {
        element("td", "number", text);
    }

    private void marks() {
        if (page.story().marks().isEmpty()) {
            return;
        }
        html.append(
                "<h2>Broken on purpose</h2><div class='box scroll'><table><tr><th>when</th><th>what</th><th>how long</th><th></th></tr>");
        for (Mark mark : page.story().marks()) {
            html.append("<tr><td>").append(Chart.time(mark.fromS())).append("</td><td>");
            html.append(Html.escape(mark.label())).append("</td><td>");
            double seconds = mark.toS() - mark.fromS();
            html.append(seconds == 0 ? "" : length(seconds)).append("</td>");
            element("td", "remark", mark.remark());
            html.append("</tr>");
        }
        html.append("</table></div>");
    }

    private void table(Page.Table table) {
        if (table.rows().isEmpty()) {
            return;
        }
        html.append("<h2>").append(Html.escape(table.title())).append("</h2><div class='box scroll'><table>");
        for (Page.Row row : table.rows()) {
            html.append("<tr><td>").append(Html.escape(row.name())).append("</td>");
            number(row.value());
            element("td", "remark", row.remark());
            html.append("</tr>");
        }
        html.append("</table></div>");
    }

    /** What the script shows under the pointer. */
    private void samples() {
        html.append('[');
        for (Sample sample : page.story().samples()) {
            html.append(html.charAt(html.length() - 1) == '[' ? "" : ",")
                    .append(String.format(
                            Locale.ROOT,
                            "[%.2f,%.2f,%.1f,%.1f,%.1f,%d,%d,%d,%d,%d,%d,%d]",
                            sample.atS(),
                            sample.lengthS(),
                            sample.perSecond(sample.published()),
                            sample.perSecond(sample.acknowledged()),
                            sample.perSecond(sample.arrived()),
                            sample.online(),
                            sample.awaited(),
                            sample.due(),
                            sample.acknowledging().p50Us(),
                            sample.acknowledging().p99Us(),
                            sample.arriving().p50Us(),
                            sample.arriving().p99Us()));
        }
        html.append(']');
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
