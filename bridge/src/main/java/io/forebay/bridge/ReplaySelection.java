package io.forebay.bridge;

import io.forebay.storage.Position;
import java.util.Optional;

/**
 * Which messages of the log are meant; each condition narrows it. Immutable.
 *
 * @param clientId of the publisher
 * @param topicFilter an MQTT topic filter
 * @param route the topic filter of a route: what it takes now, first match as ever; {@link #DEFAULT_ROUTE} for what no
 *     route takes
 * @param fromMs arrived at or after it, milliseconds since 1970
 * @param toMs arrived before it
 * @param fromPosition stands at or after it
 * @param toPosition stands before it
 */
public record ReplaySelection(
        Optional<String> clientId,
        Optional<String> topicFilter,
        Optional<String> route,
        long fromMs,
        long toMs,
        long fromPosition,
        long toPosition) {
    /** Stands for what none of the routes takes. */
    public static final String DEFAULT_ROUTE = "default";

    public static final ReplaySelection ALL = new ReplaySelection(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            Position.START,
            Long.MAX_VALUE);

    public ReplaySelection {
        topicFilter.ifPresent(Route::checkFilter);
        if (fromMs >= toMs || fromPosition < 0 || fromPosition >= toPosition) {
            throw new IllegalArgumentException("the end of a replay must be after its beginning");
        }
    }

    public ReplaySelection withClientId(String other) {
        return new ReplaySelection(Optional.of(other), topicFilter, route, fromMs, toMs, fromPosition, toPosition);
    }

    public ReplaySelection withTopicFilter(String other) {
        return new ReplaySelection(clientId, Optional.of(other), route, fromMs, toMs, fromPosition, toPosition);
    }

    public ReplaySelection withRoute(String other) {
        return new ReplaySelection(clientId, topicFilter, Optional.of(other), fromMs, toMs, fromPosition, toPosition);
    }

    public ReplaySelection withTimes(long from, long to) {
        return new ReplaySelection(clientId, topicFilter, route, from, to, fromPosition, toPosition);
    }

    public ReplaySelection withPositions(long from, long to) {
        return new ReplaySelection(clientId, topicFilter, route, fromMs, toMs, from, to);
    }
}
