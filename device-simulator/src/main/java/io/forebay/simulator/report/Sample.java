package io.forebay.simulator.report;

import io.forebay.simulator.ledger.Latency;

/**
 * A stretch of a run, normally a second.
 *
 * @param atS when it began, seconds after the first phase began
 * @param lengthS how long it is
 * @param published messages sent in it
 * @param acknowledged messages acknowledged in it
 * @param arrived different messages that arrived in it
 * @param online devices connected at its end
 * @param awaited messages acknowledged and not arrived at its end
 * @param due messages due and not sent at its end
 * @param acknowledging latency of the acknowledgements in it
 * @param arriving latency of the arrivals in it
 */
public record Sample(
        double atS,
        double lengthS,
        long published,
        long acknowledged,
        long arrived,
        long online,
        long awaited,
        long due,
        Latency acknowledging,
        Latency arriving) {

    /** Both together. Percentiles cannot be added up: the worse one stands for both. */
    Sample and(Sample next) {
        return new Sample(
                atS,
                lengthS + next.lengthS,
                published + next.published,
                acknowledged + next.acknowledged,
                arrived + next.arrived,
                next.online,
                next.awaited,
                next.due,
                worse(acknowledging, next.acknowledging),
                worse(arriving, next.arriving));
    }

    private static Latency worse(Latency one, Latency other) {
        return new Latency(
                one.count() + other.count(),
                Math.max(one.p50Us(), other.p50Us()),
                Math.max(one.p99Us(), other.p99Us()),
                Math.max(one.p999Us(), other.p999Us()),
                Math.max(one.maxUs(), other.maxUs()));
    }

    public double perSecond(long messages) {
        return lengthS == 0 ? 0 : messages / lengthS;
    }
}
