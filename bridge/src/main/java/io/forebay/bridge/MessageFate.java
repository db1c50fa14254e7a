package io.forebay.bridge;

/**
 * What the bridge knows of one message of the log, at one moment.
 *
 * @param target where it goes
 * @param address there; empty if no route takes it
 * @param attempts how often it was sent since the bridge has it in memory; -1 if that is not known any more
 * @param firstAttemptAtMs milliseconds since 1970, 0 if it was not sent or that is not known
 * @param lastAttemptAtMs the same
 * @param sequence its number in its lane, 0 if it is not known
 * @param outcome how it was settled: accepted, expired, quarantined (and then maybe redriven or discarded) or given-up; empty if it is not, or that is not known
 * @param settledAtMs milliseconds since 1970, 0 if that is not known
 * @param remark why nothing is known; else empty
 */
public record MessageFate(
        State state,
        String target,
        String address,
        int attempts,
        long firstAttemptAtMs,
        long lastAttemptAtMs,
        long sequence,
        String outcome,
        long settledAtMs,
        String remark) {
    /** For {@link #attempts}. */
    public static final int NOT_KNOWN = -1;

    /** Where it is. */
    public enum State {
        /** The broker has decided about it, or it is in the quarantine, or has expired. */
        SETTLED,
        /** With the broker, which has not yet decided. */
        WITH_BROKER,
        /** In memory, behind others of its lane or waiting for credit, or for the next attempt. */
        WAITING,
        /** On disk only; its turn will come. */
        ON_DISK,
        /** On its way into the quarantine. */
        ENTERING_QUARANTINE,
        /** No route takes it: it is not sent. */
        UNROUTED,
        UNKNOWN
    }

    static MessageFate of(State state, String target, String address) {
        int attempts = state == State.SETTLED ? NOT_KNOWN : 0;
        return new MessageFate(state, target, address, attempts, 0, 0, 0, "", 0, "");
    }

    static MessageFate unknown(String target, String why) {
        return new MessageFate(State.UNKNOWN, target, "", NOT_KNOWN, 0, 0, 0, "", 0, why);
    }

    MessageFate in(State other) {
        return attempted(other, Math.max(0, attempts), firstAttemptAtMs, lastAttemptAtMs);
    }

    MessageFate numbered(long number) {
        return new MessageFate(
                state,
                target,
                address,
                attempts,
                firstAttemptAtMs,
                lastAttemptAtMs,
                number,
                outcome,
                settledAtMs,
                remark);
    }

    private MessageFate attempted(State other, int times, long firstAtMs, long lastAtMs) {
        return new MessageFate(
                other, target, address, times, firstAtMs, lastAtMs, sequence, outcome, settledAtMs, remark);
    }

    /** @param trouble null if it was not sent in vain */
    MessageFate after(Trouble trouble) {
        return trouble == null
                ? this
                : attempted(state, trouble.attempts, trouble.firstAttemptAtMs, trouble.lastAttemptAtMs);
    }

    MessageFate flying(Flight flight, long monotonicToWallMs) {
        MessageFate before = in(State.WITH_BROKER).after(flight.entry.trouble).numbered(flight.entry.sequence());
        if (!flight.isOpen()) {
            return before.in(State.ENTERING_QUARANTINE);
        }
        long sentAtMs = flight.sentAtMs + monotonicToWallMs;
        return before.attempted(
                State.WITH_BROKER,
                before.attempts + 1,
                before.attempts == 0 ? sentAtMs : before.firstAttemptAtMs,
                sentAtMs);
    }

    MessageFate ended(Endings.Ending ending) {
        return new MessageFate(
                state,
                target,
                address,
                ending.attempts(),
                ending.firstAttemptAtMs(),
                ending.lastAttemptAtMs(),
                sequence,
                ending.outcome(),
                ending.settledAtMs(),
                remark);
    }
}
