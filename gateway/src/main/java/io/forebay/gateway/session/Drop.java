package io.forebay.gateway.session;

/** Why a message did not go to somebody who subscribed to it, or was not retained; the tag of the counter. */
enum Drop {
    QUEUE_FULL("queue-full", "A session's queue is full, messages are dropped"),
    MEMORY_FULL("memory-full", "Queues in memory are full, messages are dropped"),
    EXPIRED("expired", "Messages expired before they could be sent"),
    NOT_CONNECTED("not-connected", "QoS 0 messages for sessions without a connection are dropped"),
    NOT_READING("not-reading", "QoS 0 messages for devices that do not read are dropped"),
    NO_MEMBER("no-member", "QoS 0 messages for shared groups without a reading member are dropped"),
    SESSION_ENDED("session-ended", "Sessions ended with messages in their queues"),
    RETAINED_FULL("retained-full", "As many messages are retained as may be, further ones are not"),
    WILL_DENIED("will-denied", "Wills are not published, the rules of access deny them now"),
    WILL_TOO_LARGE("will-refused", "A will cannot be published, the log refuses it for good");

    private final String tag;
    private final String sentence;

    Drop(String tag, String sentence) {
        this.tag = tag;
        this.sentence = sentence;
    }

    String tag() {
        return tag;
    }

    String sentence() {
        return sentence;
    }

    /** What the standard or the configuration provides for is not worth a line in the log. */
    boolean isWarned() {
        return this != NOT_CONNECTED && this != SESSION_ENDED && this != EXPIRED && this != NO_MEMBER;
    }
}
