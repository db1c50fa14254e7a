package io.forebay.gateway.tools;

import io.forebay.bridge.Bridge;
import io.forebay.bridge.QuarantinedMessage;
import io.forebay.bridge.Redrive;
import io.forebay.bridge.StateQuarantine;
import io.forebay.gateway.control.ControlException;
import io.forebay.storage.Position;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets quarantined messages go again, in the order of the log, one after the other. Owned by whoever reads the lines.
 *
 * <p>One that is accepted leaves the quarantine; if the gateway ends between the two, it is there still, and goes once more
 * under the same message-id. One that is rejected again stays, with one more attempt, and its lane goes on, as it does with
 * live messages. Behind one that cannot be taken now the lane waits for the next time.
 */
final class RedriveLines extends QuarantineLines {
    private static final Logger LOG = LoggerFactory.getLogger(RedriveLines.class);

    private final Bridge bridge;
    private final Redrive redrive;
    private final Consumer<Redrive.Ending> counted;
    private final AtomicBoolean running;
    private final Set<String> waitingLanes = new HashSet<>();

    /** @param running what to lower at the end: there is one at a time */
    RedriveLines(
            StateQuarantine quarantine,
            QuarantineSelection selection,
            Bridge bridge,
            Consumer<Redrive.Ending> counted,
            AtomicBoolean running) {
        super(quarantine, selection, 1); // Each is told before the next one goes.
        this.bridge = bridge;
        this.redrive = bridge.redrive();
        this.counted = counted;
        this.running = running;
    }

    @Override
    JsonObject on(QuarantinedMessage kept) {
        JsonObject line = new JsonObject()
                .put("id", Position.text(kept.position()))
                .put("client-id", kept.message().clientId())
                .put("topic", kept.message().topic());
        String lane = kept.message().clientId() + '\0' + kept.message().topic();
        if (waitingLanes.contains(lane)) {
            return line.put("outcome", "waits").put("description", "an earlier one of its lane cannot be taken now");
        }
        Redrive.Result result = send(kept);
        settle(kept, result);
        if (result.ending() == Redrive.Ending.RETURNED) {
            waitingLanes.add(lane);
        }
        String outcome = result.ending().name().toLowerCase(Locale.ROOT);
        LOG.info(
                "A quarantined message was let go again [id={}, client={}, topic={}, address={}, outcome={}]",
                Position.text(kept.position()),
                kept.message().clientId(),
                kept.message().topic(),
                result.address(),
                outcome);
        line.put("address", result.address()).put("outcome", outcome);
        return result.condition().isEmpty()
                ? line
                : line.put("condition", result.condition()).put("description", result.description());
    }

    private Redrive.Result send(QuarantinedMessage kept) {
        try {
            return redrive.send(kept).toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException fault) {
            throw new ControlException(
                    ControlException.CONFLICT,
                    "It stopped before " + Position.text(kept.position()) + ": "
                            + fault.getCause().getMessage()
                            + ". This message and those behind it stay in the quarantine.");
        }
    }

    private void settle(QuarantinedMessage kept, Redrive.Result result) {
        counted.accept(result.ending());
        if (result.ending() == Redrive.Ending.ACCEPTED) {
            remove(quarantine, kept);
            bridge.onRedriven(kept, System.currentTimeMillis());
        } else if (result.ending() == Redrive.Ending.REJECTED) {
            try {
                QuarantinedMessage again =
                        kept.again(result.condition(), result.description(), System.currentTimeMillis());
                quarantine.put(again).toCompletionStage().toCompletableFuture().join();
                bridge.onRejectedAgain(again);
            } catch (CompletionException full) {
                LOG.warn(
                        "That a quarantined message was rejected again cannot be noted, it stays as it was [id={}]",
                        Position.text(kept.position()),
                        full.getCause());
            }
        }
    }

    @Override
    public void close() {
        redrive.close();
        running.set(false);
    }
}
