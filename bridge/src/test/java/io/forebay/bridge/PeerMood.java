package io.forebay.bridge;

/** What a {@link SimulatedPeer} does how often: chances in a thousand. Owned by the thread of the test. */
final class PeerMood {
    int refuse = 100;
    int silence = 10;
    int mute = 2;
    int closeLink = 5;
    int disconnect = 2;
    int noCredit = 300;
    int tooLarge = 20;
    int refuseAttach = 50;
    /** Messages that are always rejected; one that is rejected by chance is taken some other time. */
    int unwanted = 5;
    /** Messages over which the link, or the connection, always ends. */
    int poison = 0;

    int noTransaction = 20;
    int failCommit = 50;
}
