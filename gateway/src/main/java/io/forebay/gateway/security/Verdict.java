package io.forebay.gateway.security;

/** What one part of the chain, or all of it, says to a {@link Proof}. */
public sealed interface Verdict {
    Verdict NOT_MINE = new NotMine();
    /** The same words whatever was wrong: whoever guesses learns nothing. */
    Verdict WRONG = new Refused(Why.WRONG, "user name or password is wrong");

    Verdict NOT_ALLOWED = new Refused(Why.NOT_AUTHORIZED, "the device may not connect");

    static Verdict accepted(Identity identity) {
        return accepted(identity, Standing.LASTING);
    }

    static Verdict accepted(Identity identity, Standing standing) {
        return new Accepted(identity, standing);
    }

    static Verdict unavailable(String sentence) {
        return new Refused(Why.UNAVAILABLE, sentence);
    }

    record Accepted(Identity identity, Standing standing) implements Verdict {}

    /** @param sentence without a secret */
    record Refused(Why why, String sentence) implements Verdict {}

    /** The next part of the chain may know the device. */
    record NotMine() implements Verdict {}

    enum Why {
        /** What was shown proves nothing (0x86). */
        WRONG,
        /** Nothing was shown, or the device may not connect (0x87). */
        NOT_AUTHORIZED,
        /** It cannot be said now (0x88). */
        UNAVAILABLE
    }
}
