package io.forebay.gateway.control;

import io.vertx.core.Future;

/** What the gateway does for one kind of request. */
@FunctionalInterface
public interface ControlRoute {
    /**
     * Runs on the event loop of the control server, which serves devices too: it must not block. What reads the disk gives
     * {@link ControlAnswer#lines}, or goes to a thread of its own.
     *
     * @return fails with a {@link ControlException} for whatever the asker can do something about
     */
    Future<ControlAnswer> on(ControlRequest request);
}
