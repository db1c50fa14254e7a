package io.forebay.gateway.tools;

import picocli.CommandLine.Option;

/** A part of the log, as options of a command. */
final class MomentRange {
    @Option(
            names = "--from",
            paramLabel = "TIME|POSITION",
            converter = Moment.Converter.class,
            description = "Only what arrived from then on, or stands from there on.")
    private Moment from;

    @Option(
            names = "--to",
            paramLabel = "TIME|POSITION",
            converter = Moment.Converter.class,
            description = "Only what arrived before then, or stands before there.")
    private Moment to;

    /** Null for the beginning of the log. */
    Moment from() {
        return from;
    }

    /** Exclusive; null for the end of the log. */
    Moment to() {
        return to;
    }

    /** Whether the one cannot be before the other, whatever the log holds. */
    boolean isBackToFront() {
        boolean alike = from != null && to != null && from.isPosition() == to.isPosition();
        return alike && to.atMs() <= from.atMs() && to.position() <= from.position();
    }

    /** Whether what stands at a position and arrived at a time is in it. */
    boolean contains(long position, long arrivedAtMs) {
        return (from == null || from.isReachedBy(position, arrivedAtMs))
                && (to == null || !to.isReachedBy(position, arrivedAtMs));
    }
}
