package io.forebay.gateway.session;

/**
 * The limits of sessions; forebay.yaml says what each key means and what happens at the limit.
 *
 * @param sessionsMax how many sessions, at the limit a new one is refused
 * @param sessionsPerUserMax the same of one user; 0 for no limit
 * @param subscriptionsPerSessionMax at the limit a further filter is refused with 0x97
 * @param subscriptionsMax of all sessions
 * @param queueMessagesMax what may wait for one session, at the limit {@code queueFull} decides
 * @param queueBytesMax the same in bytes
 * @param queueAgeMaxSeconds what has waited longer is dropped, like an expired message
 * @param queueFull what is dropped at the limit
 * @param inflightMax how many QoS 1 and 2 messages may be on their way to one device, if it does not say less
 * @param sharedInflightMax how many of them may come from shared subscriptions, so that a slow member holds up few
 * @param retainedMax how many topics may have a retained message; at the limit a further one is not retained, and counted
 * @param retainedBytesMax the same in bytes
 * @param willGraceSeconds how long wills wait at least after a start of the gateway, for the fleet to come back
 * @param memoryBytesMax how many bytes of queued messages may be in memory, over all sessions; at the limit stored queues
 *     read less ahead, and messages for sessions that end with their connection are dropped, and counted
 */
public record SessionConfig(
        int sessionsMax,
        int sessionsPerUserMax,
        int subscriptionsPerSessionMax,
        int subscriptionsMax,
        int queueMessagesMax,
        long queueBytesMax,
        long queueAgeMaxSeconds,
        QueueFull queueFull,
        int inflightMax,
        int sharedInflightMax,
        int retainedMax,
        long retainedBytesMax,
        int willGraceSeconds,
        long memoryBytesMax) {

    /** Which message is dropped, and counted, when a queue is full. */
    public enum QueueFull {
        DROP_NEWEST,
        DROP_OLDEST
    }

    /** As forebay.yaml has them. */
    public static final SessionConfig DEFAULT = new SessionConfig(
            1_000_000,
            0,
            1_000,
            5_000_000,
            10_000,
            64L << 20,
            7 * 86_400,
            QueueFull.DROP_NEWEST,
            256,
            32,
            1_000_000,
            1L << 30,
            30,
            64L << 20);
}
