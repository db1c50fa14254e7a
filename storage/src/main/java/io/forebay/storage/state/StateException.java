package io.forebay.storage.state;

/** The state store cannot do what it was asked to. */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean noSpace;

    public StateException(String sentence, Throwable cause, boolean noSpace) {
        super(sentence, cause);
        this.noSpace = noSpace;
    }

    /** Whether it is for want of space only, and may succeed later. */
    public boolean isNoSpace() {
        return noSpace;
    }
}
