package io.forebay.bridge;

import java.util.function.Consumer;

/** A link to one address. Public only for {@link io.forebay.bridge.amqp}. */
public interface PeerLink {
    /** Hears of the link; never from within a call to it. */
    interface Listener {
        void onOpen();

        /** There is credit; heard whenever the peer grants some. */
        void onCredit();

        /** The peer refused or ended the link; its unsettled transfers are gone with it. */
        void onClosed(String why);
    }

    /** How many transfers the peer takes now. */
    int credit();

    /**
     * Sends a message, which leaves with the next {@link Peer#flush}. Only while {@link #credit} is positive.
     *
     * @param receipt hears the outcome once, perhaps before this returns; never if the link or connection is lost first
     */
    void send(Entry entry, Consumer<Outcome> receipt);

    /** Ends the link; nothing is heard of it any more. */
    void close();
}
