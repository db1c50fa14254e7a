package io.forebay.gateway.tools;

import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private final MomentRange range = new MomentRange();

    /** As {@link QuarantineSelection} reads it. */
    JsonObject json() {
        JsonObject json = new JsonObject()
                .put(QuarantineSelection.CLIENT_ID, clientId)
                .put(QuarantineSelection.TOPIC, topic)
                .put(QuarantineSelection.FROM, text(range.from()))
                .put(QuarantineSelection.TO, text(range.to()));
        json.getMap().values().removeIf(value -> value == null);
        return json;
    }

    private static String text(Moment moment) {
        return moment == null ? null : moment.text();
    }
}
