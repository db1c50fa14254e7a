package io.forebay.gateway.tools;

import io.forebay.bridge.Bridge;
import io.forebay.bridge.Redrive;
import io.forebay.bridge.StateQuarantine;
import io.forebay.gateway.control.ControlAnswer;
import io.forebay.gateway.control.ControlException;
import io.forebay.gateway.control.ControlLines;
import io.forebay.gateway.control.ControlRequest;
import io.forebay.gateway.control.ControlRoutes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a running gateway does with its quarantine when it is asked to. Any thread. */
public final class QuarantineRoutes {
    private final StateQuarantine quarantine;
    private final Bridge bridge;
    private final Counter discarded;
    private final Map<Redrive.Ending, Counter> redriven = new EnumMap<>(Redrive.Ending.class);
    private final AtomicBoolean redriving = new AtomicBoolean();

    public QuarantineRoutes(StateQuarantine quarantine, Bridge bridge, MeterRegistry meters) {
        this.quarantine = quarantine;
        this.bridge = bridge;
        this.discarded = Counter.builder("forebay.quarantine.discarded")
                .description("Quarantined messages that somebody has discarded")
                .register(meters);
        for (Redrive.Ending ending : Redrive.Ending.values()) {
            redriven.put(
                    ending,
                    Counter.builder("forebay.quarantine.redriven")
                            .description("Quarantined messages that were let go again, by outcome")
                            .tag("outcome", ending.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
    }

    public void register(ControlRoutes routes) {
        routes.on("GET", "/quarantine", this::list);
        routes.on("POST", "/quarantine/discard", this::discard);
        routes.on("POST", "/quarantine/redrive", this::redrive);
    }

    private Future<ControlAnswer> list(ControlRequest request) {
        return lines(QuarantineLines.list(quarantine, QuarantineSelection.of(request), payload(request)));
    }

    static MessageJson.Payload payload(ControlRequest request) {
        return MessageJson.Payload.valueOf(
                request.text("payload").orElse("none").toUpperCase(Locale.ROOT));
    }

    private Future<ControlAnswer> discard(ControlRequest request) {
        return lines(QuarantineLines.discard(quarantine, QuarantineSelection.of(request), kept -> {
            discarded.increment();
            bridge.onDiscarded(kept, System.currentTimeMillis());
        }));
    }

    private Future<ControlAnswer> redrive(ControlRequest request) {
        QuarantineSelection selection = QuarantineSelection.of(request);
        if (!redriving.compareAndSet(false, true)) {
            throw new ControlException(
                    ControlException.CONFLICT, "Messages of the quarantine are being let go already: one at a time.");
        }
        return lines(new RedriveLines(
                quarantine, selection, bridge, ending -> redriven.get(ending).increment(), redriving));
    }

    private static Future<ControlAnswer> lines(ControlLines lines) {
        return Future.succeededFuture(ControlAnswer.lines(lines));
    }
}
