package io.forebay.bridge;

/**
 * How a replay is doing.
 *
 * @param id by which it is known, and its messages are marked
 * @param what was asked for
 * @param selected messages that were found so far
 * @param bytes of their payloads
 * @param oldestMs when the oldest of them arrived, milliseconds since 1970; 0 if there is none
 * @param newestMs the newest
 * @param settled messages that are done; of a dry run 0
 * @param rejected those of them that the broker did not take
 * @param position everything before it that was meant is settled, or in a dry run counted: a replay that is to go on where
 *     this one has ended begins here
 * @param end where it is over
 * @param logBeginsAt the first position that the log had at its beginning: what was there before was not looked at
 * @param gaps how often segments were deleted before they were read
 * @param trouble what keeps it waiting, or why it has failed; empty if nothing
 * @param startedAtMs milliseconds since 1970
 * @param endedAtMs 0 while it runs, or waits for the last outcomes
 */
public record ReplayStatus(
        String id,
        State state,
        ReplayRequest what,
        long selected,
        long bytes,
        long oldestMs,
        long newestMs,
        long settled,
        long rejected,
        long position,
        long end,
        long logBeginsAt,
        int gaps,
        String trouble,
        long startedAtMs,
        long endedAtMs) {
    /** Where it is in its life. */
    public enum State {
        RUNNING,
        DONE,
        CANCELLED,
        /** The gateway has stopped. */
        BROKEN_OFF,
        FAILED
    }
}
