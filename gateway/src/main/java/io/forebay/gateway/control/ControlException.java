package io.forebay.gateway.control;

/** What was asked was not done; the message is one sentence that says why, for the person who asked. */
public final class ControlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** As in HTTP. */
    public static final int BAD_REQUEST = 400;

    public static final int NOT_FOUND = 404;
    /** Now it cannot be, later perhaps. */
    public static final int CONFLICT = 409;
    /** There was no answer. */
    static final int NOBODY = 0;

    private final int status;

    public ControlException(int status, String sentence) {
        this(status, sentence, null);
    }

    ControlException(int status, String sentence, Throwable cause) {
        super(sentence, cause);
        this.status = status;
    }

    /** As in HTTP; 0 if no gateway has answered. */
    public int status() {
        return status;
    }

    /** Whether nobody runs there that could be asked. */
    public boolean isNobodyThere() {
        return status == NOBODY;
    }
}
