package io.forebay.bridge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owned by the bridge's thread: puts messages into the quarantine. Until one is durable there its lane waits, as if the
 * message were still with the peer; other lanes go on.
 */
final class Admissions {
    /** Hears how it ended, on the bridge's thread. */
    interface Listener {
        void onAdmitted(Flight flight, QuarantinedMessage kept);

        void onNotAdmitted(Flight flight);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Admissions.class);

    private final Quarantine quarantine;
    private final Listener listener;
    private final BridgeMeters meters;
    private final FaultLog faults;
    private int pending;

    /** @param quarantine completes on the bridge's thread */
    Admissions(Quarantine quarantine, Listener listener, BridgeMeters meters, FaultLog faults) {
        this.quarantine = quarantine;
        this.listener = listener;
        this.meters = meters;
        this.faults = faults;
    }

    /** Messages that are not durable there yet. */
    int pending() {
        return pending;
    }

    /** The flight has landed, but is still of its lane. */
    void admit(Flight flight, String condition, String description) {
        Trouble trouble = flight.entry.trouble;
        QuarantinedMessage message = new QuarantinedMessage(
                flight.entry.position,
                flight.lane.outlet.address,
                condition,
                description,
                trouble.attempts,
                trouble.firstAttemptAtMs,
                trouble.lastAttemptAtMs,
                flight.entry.message,
                flight.entry.sequence());
        pending++;
        flight.lane.admitting++;
        quarantine.put(message).onComplete(result -> {
            pending--;
            flight.lane.admitting--;
            String keys = Refusals.keys(flight) + ", description=" + description;
            if (result.succeeded()) {
                meters.onQuarantined(condition);
                faults.warn(LOG, quarantine.taken() + ": " + condition, keys);
                listener.onAdmitted(flight, message);
            } else {
                String why = result.cause().getMessage();
                faults.warn(LOG, "A message cannot be put into the quarantine, its lane waits: " + why, keys);
                listener.onNotAdmitted(flight);
            }
        });
    }
}
