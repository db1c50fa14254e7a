package io.forebay.simulator.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.forebay.simulator.ledger.Latency;
import io.vertx.core.json.JsonObject;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class HtmlReportTest {
    private static final Latency LATENCY = new Latency(100, 850, 12_000, 20_000, 1_500_000);

    @Test
    void aPageNeedsNothingElse() {
        String html = HtmlReport.of(page(story()));

        assertFalse(html.contains("http:"), "no network");
        assertFalse(html.contains("src="), "no other file");
        assertTrue(html.contains("cut &lt;mqtt&gt;"), "texts are escaped");
        assertTrue(html.contains("<title>FAILED: a &amp; b</title>"));
    }

    @Test
    void chartsAreWellFormedAndStayInTheirFrame() throws Exception {
        String html = HtmlReport.of(page(story()));

        int charts = 0;
        for (int at = html.indexOf("<svg"); at >= 0; at = html.indexOf("<svg", at + 1)) {
            charts++;
            String svg = html.substring(at, html.indexOf("</svg>", at) + 6);
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
            assertFalse(svg.contains("NaN"), svg);
        }
        assertEquals(5, charts);
    }

    @Test
    void aRunWithoutAStoryIsAPageToo() {
        assertTrue(HtmlReport.of(page(Story.NONE)).contains("verdict bad"));
    }

    @Test
    void machinesGetTheSame() {
        JsonObject json = new JsonObject(JsonReport.of(Map.of("clean", false, "arriving", LATENCY), story()));

        assertFalse(json.getBoolean("clean"));
        assertEquals(12_000, json.getJsonObject("arriving").getLong("p99Us"));
        assertEquals(90, json.getJsonArray("samples").size());
        assertEquals("cut <mqtt>", json.getJsonArray("marks").getJsonObject(0).getString("label"));
    }

    private static Page page(Story story) {
        return new Page(
                "a & b",
                List.of("one line"),
                false,
                "FAILED: 3 lost.",
                List.of(new Page.Figure("lost", "3", "never arrived", Page.Tone.BAD)),
                List.of(new Page.Table("Unusual", List.of(new Page.Row("gaps", "2", "of messages")))),
                story);
    }

    private static Story story() {
        List<Sample> samples = new ArrayList<>();
        for (int second = 0; second < 90; second++) {
            samples.add(TimelineTest.sample(second, second % 7 == 0 ? 0 : 1000L * second));
        }
        PhaseRow phase = new PhaseRow("steady", 0, 90, 1, 1, 1, 0, 0, 0, LATENCY, LATENCY);
        List<Story.Point> curve = List.of(new Story.Point(50, 850), new Story.Point(99, 12_000));
        return new Story(samples, List.of(phase), List.of(new Mark(3, 5, "cut <mqtt>", "")), curve, curve);
    }
}
