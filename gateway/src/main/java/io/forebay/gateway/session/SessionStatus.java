package io.forebay.gateway.session;

/**
 * How the sessions are, as of a moment ago.
 *
 * @param sessions how many there are
 * @param connected how many of them have a connection
 * @param subscriptions of all sessions
 * @param queuedMessages what waits in all queues; after a crash it takes a while until all are counted
 * @param queuedBytes the same in bytes
 * @param retained how many topics have a retained message
 * @param retainedBytes what those take
 * @param willsWaiting wills whose delay runs, or that the log has not yet taken
 * @param lagRecords how many records of the log are durable and not yet in the queues
 * @param takesCommits whether the store takes commits; while it does not, everything waits
 * @param lastFault what went wrong last, in one sentence; empty if nothing has
 */
public record SessionStatus(
        int sessions,
        int connected,
        int subscriptions,
        long queuedMessages,
        long queuedBytes,
        int retained,
        long retainedBytes,
        int willsWaiting,
        long lagRecords,
        boolean takesCommits,
        String lastFault) {
    static final SessionStatus NONE = new SessionStatus(0, 0, 0, 0, 0, 0, 0, 0, 0, true, "");
}
