package io.forebay.storage;

/** Why the log did not do what it was asked; the message is one sentence for an operator. */
public final class LogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What a caller can tell apart. */
    public enum Kind {
        /** The directory cannot be used: missing, not writable, foreign, or another gateway holds it. */
        UNUSABLE_DIRECTORY,
        /** The writer has stopped, see {@link LogState#FAILED}. */
        FAILED,
        TOO_MANY_SESSIONS,
        CLOSED
    }

    private final Kind kind;

    public LogException(Kind kind, String sentence) {
        this(kind, sentence, null);
    }

    public LogException(Kind kind, String sentence, Throwable cause) {
        super(sentence, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
