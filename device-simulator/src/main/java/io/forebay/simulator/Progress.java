package io.forebay.simulator;

/**
 * Where a run is.
 *
 * @param phase what it does now
 * @param tally the totals so far
 * @param messagesInAll how many messages there will be, or -1 if time decides
 * @param devices number of devices
 * @param online how many of them are connected
 * @param elapsedMs since the first device was accepted
 */
public record Progress(Phase phase, Tally tally, long messagesInAll, int devices, long online, long elapsedMs) {
    /** The parts of a run, in order. */
    public enum Phase {
        CONNECTING,
        PUBLISHING,
        /** All is published and acknowledged, the last arrivals are awaited. */
        SETTLING,
        DONE
    }
}
