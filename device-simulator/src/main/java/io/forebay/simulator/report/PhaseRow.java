package io.forebay.simulator.report;

import io.forebay.simulator.ledger.Latency;

/**
 * What happened in one phase.
 *
 * @param name of the phase
 * @param fromS when it began, seconds after the first one did
 * @param toS when it ended
 * @param published messages sent
 * @param acknowledged messages acknowledged
 * @param arrived different messages that arrived
 * @param repeated messages that arrived again
 * @param outOfOrder messages that arrived after a later one of their topic
 * @param connectionsLost connections that devices lost
 * @param acknowledging latency of the acknowledgements
 * @param arriving latency of the arrivals
 */
public record PhaseRow(
        String name,
        double fromS,
        double toS,
        long published,
        long acknowledged,
        long arrived,
        long repeated,
        long outOfOrder,
        long connectionsLost,
        Latency acknowledging,
        Latency arriving) {

    public double seconds() {
        return toS - fromS;
    }
}
