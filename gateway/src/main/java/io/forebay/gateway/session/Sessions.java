package io.forebay.gateway.session;

import io.vertx.core.Future;

/**
 * The sessions of all devices: their subscriptions, what waits for them, their wills, and the retained messages. Beside
 * the log, whose durable messages it reads and delivers.
 *
 * <p>Any event loop may call it; Futures complete on the caller's event loop, for one caller in the order of the calls,
 * and {@link Subscriber} is called there as well, in the same order.
 */
public interface Sessions {

    /**
     * Opens the session of a client that connects. Of one client there may be only one open at a time: the caller lets
     * the earlier connection close its own first.
     *
     * @param subscriber is handed what is to be sent, on the event loop that called this, from when the Future has
     *     succeeded
     * @return succeeds when the session and its will are durable; fails with {@link SessionException} at a limit
     */
    Future<Opened> open(SessionRequest request, Subscriber subscriber);

    /** Whether any subscription matches this topic. Any thread; may be late by a moment. */
    boolean hasSubscriber(String topic);

    /** @param present whether an earlier session is resumed (the Session Present flag) */
    record Opened(boolean present, SessionHold hold) {}
}
