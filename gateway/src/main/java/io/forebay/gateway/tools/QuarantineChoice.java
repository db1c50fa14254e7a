package io.forebay.gateway.tools;

import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Option;

/** Which quarantined messages a command is about, but for those that are named. */
final class QuarantineChoice {
    @Option(names = "--client-id", paramLabel = "ID", description = "Of this client only.")
    private String clientId;

    @Option(
            names = {"--topic", "--route"},
            paramLabel = "FILTER",
            description = "Of these topics only, as of a route; + and # as in MQTT.")
    private String topic;

    @Option(
            names = "--from",
            paramLabel = "TIME|POSITION",
            converter = Moment.Converter.class,
            description = "What arrived from then on, or stands from there on.")
    private Moment from;

    @Option(
            names = "--to",
            paramLabel = "TIME|POSITION",
            converter = Moment.Converter.class,
            description = "What arrived before then, or stands before there.")
    private Moment to;

    /** As {@link QuarantineSelection} reads it. */
    JsonObject json() {
        JsonObject json = new JsonObject()
                .put(QuarantineSelection.CLIENT_ID, clientId)
                .put(QuarantineSelection.TOPIC, topic)
                .put(QuarantineSelection.FROM, from == null ? null : from.text())
                .put(QuarantineSelection.TO, to == null ? null : to.text());
        json.getMap().values().removeIf(value -> value == null);
        return json;
    }
}
