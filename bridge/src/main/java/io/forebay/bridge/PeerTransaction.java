package io.forebay.bridge;

import java.util.function.Consumer;

/**
 * A transaction with the peer (AMQP 1.0, part 4): what is sent in it is with the peer all together, or not at all. Public
 * only for {@link io.forebay.bridge.amqp}.
 */
public interface PeerTransaction {
    /**
     * Like {@link PeerLink#send}, but what the receipt hears is provisional: {@code accepted} means that the message will
     * be there with the transaction. Some peers refuse one message and commit the rest: every outcome must be waited for
     * and looked at before {@link #discharge}.
     */
    void send(PeerLink link, Entry entry, Consumer<Outcome> receipt);

    /**
     * Ends it.
     *
     * @param commit whether what was sent is to be kept
     * @param done hears {@code accepted}, or why not: then nothing is kept. Hears nothing if the connection is lost first:
     *     then nobody knows.
     */
    void discharge(boolean commit, Consumer<Outcome> done);
}
