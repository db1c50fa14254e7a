package io.forebay.gateway.control;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The lines of an answer, piece by piece. Called by one worker thread after the other, never by two at once; it may block
 * for the disk. The next piece is asked for when the one before has been taken by the asker, so a slow one costs nothing.
 */
@FunctionalInterface
public interface ControlLines extends AutoCloseable {
    /** @return the next few; none at the end */
    List<JsonObject> next();

    /** The asker has all of it, or has left, or {@link #next} has failed. */
    @Override
    default void close() {}
}
