package io.forebay.simulator;

import java.util.Map;

/**
 * What happened to the connections of a run, and what kept messages from being sent.
 *
 * @param connectionsLost how often a device lost its connection
 * @param connectsFailed how often a device tried in vain to connect
 * @param sessionsForgotten how often the broker no longer knew the session of a device with messages in flight
 * @param neverOnline devices that were not connected when the run began
 * @param storms connections that devices dropped on purpose
 * @param skipped messages that were due while the queue of their device was full
 * @param unsent messages that were due and had not been sent when the run ended
 * @param subscriptionsRefused subscriptions that the broker refused
 * @param commands messages that devices received
 * @param consumerReconnects how often the consumer had to connect again
 * @param lastDevice why a device last lost its connection or did not get one, or empty
 * @param lastConsumer the same for the consumer
 * @param byKind what went wrong with connections, by reason
 * @param misdeeds what devices did wrong on purpose, with what the broker made of it
 */
public record Trouble(
        long connectionsLost,
        long connectsFailed,
        long sessionsForgotten,
        long neverOnline,
        long storms,
        long skipped,
        long unsent,
        long subscriptionsRefused,
        long commands,
        long consumerReconnects,
        String lastDevice,
        String lastConsumer,
        Map<String, Long> byKind,
        Map<String, Long> misdeeds) {
    public static final Trouble NONE = new Trouble(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "", "", Map.of(), Map.of());

    static Trouble of(FleetStatistics fleets, long neverOnline, ConsumerSides consumers) {
        return new Trouble(
                fleets.connectionsLost,
                fleets.connectsFailed,
                fleets.sessionsForgotten,
                neverOnline,
                fleets.storms,
                fleets.skipped,
                fleets.due,
                fleets.subscriptionsRefused,
                fleets.commands,
                consumers.reconnects(),
                fleets.lastTrouble,
                consumers.lastTrouble(),
                Map.copyOf(fleets.troubles),
                Map.copyOf(fleets.misdeedAnswers));
    }
}
