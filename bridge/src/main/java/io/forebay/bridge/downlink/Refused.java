package io.forebay.bridge.downlink;

/** A message can never be delivered; the sender is told an AMQP error condition and a sentence. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    static final String DECODE_ERROR = "amqp:decode-error";
    static final String INVALID_FIELD = "amqp:invalid-field";
    static final String NOT_IMPLEMENTED = "amqp:not-implemented";
    static final String PRECONDITION_FAILED = "amqp:precondition-failed";
    static final String TOO_LARGE = "amqp:link:message-size-exceeded";

    private final String condition;

    Refused(String condition, String sentence) {
        super(sentence, null, false, false);
        this.condition = condition;
    }

    String condition() {
        return condition;
    }
}
