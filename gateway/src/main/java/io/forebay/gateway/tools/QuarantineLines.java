package io.forebay.gateway.tools;

import io.forebay.bridge.QuarantinedMessage;
import io.forebay.bridge.StateQuarantine;
import io.forebay.gateway.control.ControlLines;
import io.forebay.storage.Position;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through the quarantine in the order of the log, a few messages at a time, and does something with each that is meant.
 * Owned by whoever reads the lines; blocks for the disk.
 */
abstract class QuarantineLines implements ControlLines {
    private static final Logger LOG = LoggerFactory.getLogger(QuarantineLines.class);
    static final int PIECE = 50;

    final StateQuarantine quarantine;
    private final QuarantineSelection selection;
    private final int piece;
    private long next;

    /** @param piece how many are looked at in one go; what happens to them is told when all of them are through */
    QuarantineLines(StateQuarantine quarantine, QuarantineSelection selection, int piece) {
        this.quarantine = quarantine;
        this.selection = selection;
        this.piece = piece;
        this.next = selection.first();
    }

    /** @return what to tell about it */
    abstract JsonObject on(QuarantinedMessage kept);

    @Override
    public List<JsonObject> next() {
        List<JsonObject> lines = new ArrayList<>();
        while (lines.isEmpty() && next <= selection.last()) {
            List<QuarantinedMessage> found = quarantine.list(next, piece);
            if (found.isEmpty()) {
                break;
            }
            next = found.get(found.size() - 1).position() + 1;
            found.stream().filter(selection::takes).forEach(kept -> lines.add(on(kept)));
        }
        return lines;
    }

    static JsonObject json(QuarantinedMessage kept, MessageJson.Payload payload) {
        JsonObject json = new JsonObject()
                .put("id", Position.text(kept.position()))
                .put("address", kept.address())
                .put("condition", kept.condition())
                .put("description", kept.description())
                .put("attempts", kept.attempts())
                .put("first-attempt", Moment.text(kept.firstAttemptAtMs()))
                .put("last-attempt", Moment.text(kept.lastAttemptAtMs()));
        if (kept.sequence() > 0) {
            json.put("sequence", kept.sequence());
        }
        return MessageJson.put(json, kept.message(), payload);
    }

    /** Shows them. */
    static QuarantineLines list(
            StateQuarantine quarantine, QuarantineSelection selection, MessageJson.Payload payload) {
        return new QuarantineLines(quarantine, selection, PIECE) {
            @Override
            JsonObject on(QuarantinedMessage kept) {
                return json(kept, payload);
            }
        };
    }

    /**
     * Deletes them for good.
     *
     * @param onDiscarded is told of each when it is durably gone
     */
    static QuarantineLines discard(
            StateQuarantine quarantine, QuarantineSelection selection, Consumer<QuarantinedMessage> onDiscarded) {
        return new QuarantineLines(quarantine, selection, PIECE) {
            @Override
            JsonObject on(QuarantinedMessage kept) {
                remove(quarantine, kept);
                onDiscarded.accept(kept);
                LOG.warn(
                        "A quarantined message is discarded, as somebody has asked [id={}, client={}, topic={}]",
                        Position.text(kept.position()),
                        kept.message().clientId(),
                        kept.message().topic());
                return new JsonObject()
                        .put("id", Position.text(kept.position()))
                        .put("client-id", kept.message().clientId())
                        .put("topic", kept.message().topic())
                        .put("outcome", "discarded");
            }
        };
    }

    /** Blocks until it is durably gone. */
    static void remove(StateQuarantine quarantine, QuarantinedMessage kept) {
        try {
            quarantine
                    .remove(kept.position())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException fault) {
            throw new IllegalStateException("The quarantine cannot be written", fault.getCause());
        }
    }
}
