package io.forebay.gateway.tools;

import io.forebay.bridge.QuarantinedMessage;
import io.forebay.gateway.control.ControlException;
import io.forebay.gateway.control.ControlRequest;
import io.forebay.gateway.security.TopicPattern;
import io.forebay.storage.Position;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which quarantined messages are meant. Immutable.
 *
 * @param ids empty for any
 * @param clientId of this client only
 * @param topic of these topics only
 */
record QuarantineSelection(Set<Long> ids, Optional<String> clientId, Optional<TopicPattern> topic) {
    static final String IDS = "ids";
    static final String CLIENT_ID = "client-id";
    static final String TOPIC = "topic";

    /** From a body or a query; throws {@link ControlException} for what cannot be meant. */
    static QuarantineSelection of(ControlRequest request) {
        JsonObject body = request.body();
        return of(
                body.getJsonArray(IDS, new JsonArray()),
                request.text(CLIENT_ID).or(() -> Optional.ofNullable(body.getString(CLIENT_ID))),
                request.text(TOPIC).or(() -> Optional.ofNullable(body.getString(TOPIC))));
    }

    static QuarantineSelection of(JsonArray ids, Optional<String> clientId, Optional<String> topic) {
        Set<Long> positions = new LinkedHashSet<>();
        ids.forEach(id -> positions.add(position(id.toString())));
        topic.filter(filter -> !TopicPattern.isValid(filter)).ifPresent(filter -> {
            throw new ControlException(
                    ControlException.BAD_REQUEST, "'" + filter + "' is no topic filter (MQTT-4.7.1).");
        });
        return new QuarantineSelection(positions, clientId, topic.map(TopicPattern::new));
    }

    static long position(String id) {
        try {
            return Position.parse(id);
        } catch (IllegalArgumentException none) {
            throw new ControlException(
                    ControlException.BAD_REQUEST,
                    "'" + id + "' is no id: it is the position of the message, sixteen hexadecimal digits, or its"
                            + " message-id.");
        }
    }

    boolean takes(QuarantinedMessage kept) {
        return (ids.isEmpty() || ids.contains(kept.position()))
                && clientId.map(id -> id.equals(kept.message().clientId())).orElse(true)
                && topic.map(pattern -> pattern.matches(kept.message().topic())).orElse(true);
    }
}
