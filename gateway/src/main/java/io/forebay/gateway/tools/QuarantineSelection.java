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
import picocli.CommandLine.TypeConversionException;

/**
 * Which quarantined messages are meant. Immutable.
 *
 * @param ids empty for any
 * @param clientId of this client only
 * @param topic of these topics only
 * @param from what stands there or behind it, or arrived then or later
 * @param to what stands before it, or arrived before
 */
record QuarantineSelection(
        Set<Long> ids,
        Optional<String> clientId,
        Optional<TopicPattern> topic,
        Optional<Moment> from,
        Optional<Moment> to) {
    static final String IDS = "ids";
    static final String CLIENT_ID = "client-id";
    static final String TOPIC = "topic";
    static final String FROM = "from";
    static final String TO = "to";

    /** From a query, and then a body; throws {@link ControlException} for what cannot be meant. */
    static QuarantineSelection of(ControlRequest request) {
        JsonObject asked = request.body().copy();
        request.names()
                .forEach((name, value) -> asked.put(name, name.equals(IDS) ? new JsonArray().add(value) : value));
        return of(asked);
    }

    static QuarantineSelection of(JsonObject asked) {
        Set<Long> positions = new LinkedHashSet<>();
        asked.getJsonArray(IDS, new JsonArray()).forEach(id -> positions.add(position(id.toString())));
        Optional<String> topic = Optional.ofNullable(asked.getString(TOPIC));
        topic.filter(filter -> !TopicPattern.isValid(filter)).ifPresent(filter -> {
            throw new ControlException(
                    ControlException.BAD_REQUEST, "'" + filter + "' is no topic filter (MQTT-4.7.1).");
        });
        return new QuarantineSelection(
                positions,
                Optional.ofNullable(asked.getString(CLIENT_ID)),
                topic.map(TopicPattern::new),
                moment(asked.getString(FROM)),
                moment(asked.getString(TO)));
    }

    private static Optional<Moment> moment(String text) {
        try {
            return Optional.ofNullable(text).map(Moment::parse);
        } catch (TypeConversionException none) {
            throw new ControlException(ControlException.BAD_REQUEST, none.getMessage());
        }
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
                && from.map(begin -> begin.isReachedBy(
                                kept.position(), kept.message().arrivedAtMs()))
                        .orElse(true)
                && !to.map(end ->
                                end.isReachedBy(kept.position(), kept.message().arrivedAtMs()))
                        .orElse(false)
                && clientId.map(id -> id.equals(kept.message().clientId())).orElse(true)
                && topic.map(pattern -> pattern.matches(kept.message().topic())).orElse(true);
    }

    /** Nothing that stands before it is meant. */
    long first() {
        long named = ids.stream().mapToLong(id -> id).min().orElse(Position.START);
        return from.filter(Moment::isPosition)
                .map(begin -> Math.max(named, begin.position()))
                .orElse(named);
    }

    /** Nothing that stands behind it is meant. */
    long last() {
        return ids.stream().mapToLong(id -> id).max().orElse(Long.MAX_VALUE);
    }
}
