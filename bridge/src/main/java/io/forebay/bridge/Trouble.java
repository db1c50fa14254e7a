package io.forebay.bridge;

/** Owned by the bridge's thread: what has befallen one message so far that the peer has not accepted. */
final class Trouble {
    final long position;
    final long firstAttemptAtMs;
    /** Wall clock, as the first. */
    long lastAttemptAtMs;
    /** How often it was with the peer in vain. */
    int attempts;
    /** How often the peer said, or we know, that the message itself is at fault. */
    int rejections;

    /** Links or connections in a row that ended while it was with the peer. */
    int losses;
    /** Whether it was the connection that ended last, not only the link. */
    boolean lostConnection;
    /** Those of the losses at which nothing else was with the peer. */
    int lossesAlone;
    /** What the peer had accepted when it was lost alone for the first time, see {@link Suspects}. */
    long acceptedByThen;
    /** When it may be tried alone again. */
    long tryAloneAtMs;

    Trouble(long position, long firstAttemptAtMs) {
        this.position = position;
        this.firstAttemptAtMs = firstAttemptAtMs;
    }

    /** The peer has answered: it is not the message that ends links. */
    void answered() {
        losses = 0;
        lossesAlone = 0;
    }
}
