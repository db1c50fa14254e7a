package io.forebay.gateway.control;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;

/**
 * What a command asks.
 *
 * @param names the parts of the path that the route leaves open, and the query, by name
 * @param body empty if there was none
 */
public record ControlRequest(Map<String, String> names, JsonObject body) {

    public Optional<String> text(String name) {
        return Optional.ofNullable(names.get(name)).filter(text -> !text.isEmpty());
    }

    public boolean flag(String name) {
        return "true".equals(names.get(name));
    }

    public long number(String name, long otherwise, long min, long max) {
        String text = names.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException none) {
            // Told below.
        }
        throw new ControlException(
                ControlException.BAD_REQUEST,
                name + " must be a number from " + min + " to " + max + ", not '" + text + "'.");
    }
}
