package io.forebay.gateway;

/** The gateway could not start; the message is one sentence that says what to do. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
