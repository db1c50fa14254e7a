package io.forebay.simulator.report;

import io.forebay.simulator.ledger.Latency;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** A report for machines. Times are in seconds, latencies in microseconds, and each name says so. */
public final class JsonReport {
    private JsonReport() {}

    /**
     * @param facts what is known besides the story: numbers, texts and maps of them
     */
    public static String of(Map<String, Object> facts, Story story) {
        JsonObject json = new JsonObject();
        facts.forEach((name, value) -> json.put(name, json(value)));
        json.put("phases", array(story.phases().stream().map(JsonReport::phase).toList()));
        json.put("marks", array(story.marks().stream().map(JsonReport::mark).toList()));
        json.put(
                "samples",
                array(story.samples().stream().map(JsonReport::sample).toList()));
        json.put("acknowledgedIn", curve(story.acknowledging()));
        json.put("arrivedIn", curve(story.arriving()));
        return json.encodePrettily() + "\n";
    }

    private static Object json(Object value) {
        if (value instanceof Map<?, ?> map) {
            JsonObject object = new JsonObject();
            map.forEach((name, inner) -> object.put(name.toString(), json(inner)));
            return object;
        }
        if (value instanceof Latency latency) {
            return latency(latency);
        }
        return value instanceof List<?> list ? new JsonArray(list) : value;
    }

    private static JsonArray array(List<JsonObject> objects) {
        return new JsonArray(objects);
    }

    private static JsonObject phase(PhaseRow row) {
        return new JsonObject()
                .put("name", row.name())
                .put("fromS", row.fromS())
                .put("toS", row.toS())
                .put("published", row.published())
                .put("acknowledged", row.acknowledged())
                .put("arrived", row.arrived())
                .put("repeated", row.repeated())
                .put("outOfOrder", row.outOfOrder())
                .put("connectionsLost", row.connectionsLost())
                .put("acknowledgedIn", latency(row.acknowledging()))
                .put("arrivedIn", latency(row.arriving()));
    }

    private static JsonObject mark(Mark mark) {
        return new JsonObject()
                .put("fromS", mark.fromS())
                .put("toS", mark.toS())
                .put("label", mark.label())
                .put("remark", mark.remark());
    }

    private static JsonObject sample(Sample sample) {
        return new JsonObject()
                .put("atS", sample.atS())
                .put("lengthS", sample.lengthS())
                .put("published", sample.published())
                .put("acknowledged", sample.acknowledged())
                .put("arrived", sample.arrived())
                .put("online", sample.online())
                .put("awaited", sample.awaited())
                .put("due", sample.due())
                .put("acknowledgedIn", latency(sample.acknowledging()))
                .put("arrivedIn", latency(sample.arriving()));
    }

    private static JsonObject latency(Latency latency) {
        return new JsonObject()
                .put("count", latency.count())
                .put("p50Us", latency.p50Us())
                .put("p99Us", latency.p99Us())
                .put("p999Us", latency.p999Us())
                .put("maxUs", latency.maxUs());
    }

    private static JsonArray curve(List<Story.Point> points) {
        JsonArray curve = new JsonArray();
        points.forEach(point ->
                curve.add(new JsonObject().put("percentile", point.percentile()).put("us", point.us())));
        return curve;
    }
}
