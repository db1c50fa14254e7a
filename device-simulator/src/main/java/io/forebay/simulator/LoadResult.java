package io.forebay.simulator;

import io.forebay.simulator.ledger.Latency;
import io.forebay.simulator.ledger.Text;

/**
 * What a load came to.
 *
 * @param acknowledged PUBACKs while it was counted
 * @param seconds how long that was
 * @param latency from the write of a PUBLISH to the read of its PUBACK, while it was counted
 * @param publishedInAll with warm-up and what was still under way at the end
 * @param acknowledgedInAll the same for PUBACKs; equal to {@code publishedInAll} unless the broker went silent
 */
public record LoadResult(
        long acknowledged, double seconds, Latency latency, long publishedInAll, long acknowledgedInAll) {

    public double acknowledgedPerSecond() {
        return acknowledged / seconds;
    }

    @Override
    public String toString() {
        return Text.count(Math.round(acknowledgedPerSecond())) + " acknowledged/s, " + latency;
    }
}
