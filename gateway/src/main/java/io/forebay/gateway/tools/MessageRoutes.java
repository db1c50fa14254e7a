package io.forebay.gateway.tools;

import io.forebay.bridge.Bridge;
import io.forebay.bridge.MessageFate;
import io.forebay.bridge.StateQuarantine;
import io.forebay.gateway.control.ControlAnswer;
import io.forebay.gateway.control.ControlException;
import io.forebay.gateway.control.ControlRequest;
import io.forebay.gateway.control.ControlRoutes;
import io.forebay.storage.AckLevel;
import io.forebay.storage.LogCursor;
import io.forebay.storage.Message;
import io.forebay.storage.MessageLog;
import io.forebay.storage.Position;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** What a running gateway knows of one message. Any thread; the log is read by workers. */
public final class MessageRoutes {
    static final String OUTCOME_FORGOTTEN =
            "it is not known any more how it was settled, nor at which attempt: before this start"
                    + " of the gateway, or more than amqp.outcomes-kept-max unusual outcomes ago. If it is not quarantined, the broker"
                    + " has accepted it, or it has expired, was given up, or has left the quarantine";

    private static final String FOR_DEVICES = "it came over AMQP and is for devices only: it is not sent to a broker";

    private final Vertx vertx;
    private final MessageLog log;
    private final StateQuarantine quarantine;
    private final Bridge bridge;
    private final Function<String, Optional<AckLevel>> ackLevels;
    private final Timeline timeline;
    private final AtomicBoolean sampling = new AtomicBoolean();

    /** @param ackLevels when the publisher of a topic is acknowledged */
    public MessageRoutes(
            Vertx vertx,
            MessageLog log,
            StateQuarantine quarantine,
            Bridge bridge,
            Function<String, Optional<AckLevel>> ackLevels,
            Timeline timeline) {
        this.vertx = vertx;
        this.log = log;
        this.quarantine = quarantine;
        this.bridge = bridge;
        this.ackLevels = ackLevels;
        this.timeline = timeline;
    }

    public void register(ControlRoutes routes) {
        routes.on("GET", "/messages/{position}", this::find);
        sample(); // Or what is settled in the first second would be so before the first sample.
        vertx.setPeriodic(Timeline.EVERY_MS, timer -> sample());
    }

    /** One at a time, however long the disk takes. */
    private void sample() {
        if (sampling.compareAndSet(false, true)) {
            vertx.<Void>executeBlocking(() -> {
                        timeline.sample(System.currentTimeMillis(), log.durableEnd(), bridge.settledBefore());
                        return null;
                    })
                    .onComplete(done -> sampling.set(false));
        }
    }

    private Future<ControlAnswer> find(ControlRequest request) {
        long position = QuarantineSelection.position(request.text("position").orElse(""));
        return vertx.executeBlocking(() -> json(position), false)
                .compose(found -> found.message() == null
                        ? Future.succeededFuture(found.json())
                        : found.message().fromAmqp()
                                ? Future.succeededFuture(
                                        found.json().put("state", "for-devices").put("remark", FOR_DEVICES))
                                : bridge.fate(found.message(), position)
                                        .map(fate -> put(found.json(), fate).put("settled", isSettled(fate, position))))
                .map(ControlAnswer::of);
    }

    /** @param message null if the log does not hold it any more */
    private record Found(JsonObject json, Message message) {}

    private Found json(long position) {
        if (position >= log.durableEnd()) {
            throw new ControlException(
                    ControlException.NOT_FOUND,
                    "The log ends at " + Position.text(log.durableEnd()) + ", before that position.");
        }
        long settledBefore = bridge.settledBefore();
        JsonObject json = new JsonObject()
                .put("gateway", log.gatewayId())
                .put("settled-before", Position.text(settledBefore))
                .put("settled", position < settledBefore);
        timeline.tell(position, json);
        quarantine
                .find(position)
                .ifPresent(kept -> json.put("quarantined", QuarantineLines.json(kept, MessageJson.Payload.NONE)));
        try (LogCursor cursor = log.cursor(position)) {
            if (!cursor.next() || cursor.position() != position) {
                return new Found(json, null);
            }
            Message message = cursor.message();
            ackLevels.apply(message.topic()).ifPresent(level -> json.put("ack-level", word(level)));
            return new Found(json, message);
        }
    }

    private boolean isSettled(MessageFate fate, long position) {
        return fate.state() == MessageFate.State.SETTLED || position < bridge.settledBefore();
    }

    private static JsonObject put(JsonObject json, MessageFate fate) {
        json.put("state", word(fate.state())).put("target", fate.target()).put("address", fate.address());
        if (fate.sequence() > 0) {
            json.put("sequence", fate.sequence());
        }
        if (!fate.outcome().isEmpty()) {
            json.put("outcome", fate.outcome());
        }
        if (fate.attempts() != MessageFate.NOT_KNOWN) {
            json.put("attempts", fate.attempts());
        }
        if (fate.firstAttemptAtMs() > 0) {
            json.put("first-attempt", Moment.text(fate.firstAttemptAtMs()))
                    .put("last-attempt", Moment.text(fate.lastAttemptAtMs()));
        }
        if (fate.settledAtMs() > 0) {
            json.put("settled-at", Moment.text(fate.settledAtMs()));
        }
        boolean forgotten =
                fate.state() == MessageFate.State.SETTLED && fate.outcome().isEmpty();
        String remark = forgotten ? OUTCOME_FORGOTTEN : fate.remark();
        return remark.isEmpty() ? json : json.put("remark", remark);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
