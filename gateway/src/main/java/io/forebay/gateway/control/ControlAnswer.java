package io.forebay.gateway.control;

import io.vertx.core.json.JsonObject;

/** What is answered: one JSON object, or many, one in each line (NDJSON). */
public sealed interface ControlAnswer {

    record One(JsonObject object) implements ControlAnswer {}

    record Lines(ControlLines source) implements ControlAnswer {}

    static ControlAnswer of(JsonObject object) {
        return new One(object);
    }

    /** A list of any length: no more of it is in memory than one call gives. */
    static ControlAnswer lines(ControlLines source) {
        return new Lines(source);
    }
}
