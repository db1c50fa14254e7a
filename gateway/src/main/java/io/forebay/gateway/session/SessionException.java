package io.forebay.gateway.session;

/** A session cannot be opened or changed. */
public final class SessionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Kind {
        /** As many sessions as there may be. */
        TOO_MANY_SESSIONS,
        /** As many as one user may have. */
        TOO_MANY_OF_USER,
        /** The state store takes nothing now: the disk is full, or the gateway stops. */
        UNAVAILABLE
    }

    private final Kind kind;

    public SessionException(Kind kind, String sentence) {
        super(sentence, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
