package io.forebay.gateway.session;

import java.util.List;

/**
 * A connection that takes what its session has for it. Called on its event loop, from when its session is open until the
 * Future of {@link SessionHold#close} completes.
 */
public interface Subscriber {

    /** To be sent in this order, none left out; never empty. */
    void deliver(List<Delivery> deliveries);

    /** The session cannot go on: the connection has to end, with Quota exceeded (0x97). */
    void overrun(String sentence);
}
