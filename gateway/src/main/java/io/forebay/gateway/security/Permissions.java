package io.forebay.gateway.security;

import io.vertx.core.Future;
import java.util.List;

/** What one connection may do. Owned by the connection's event loop, on which its Futures complete. */
public interface Permissions {
    /** What a subscription is granted that is denied, and a message that is not to be sent. */
    int DENIED = -1;

    /**
     * Whether it may publish so on this topic.
     *
     * @return complete at once if nobody has to be asked; fails if it cannot be said now
     */
    Future<Boolean> mayPublish(String topic, int qos, boolean retain);

    /**
     * Whether it may subscribe to each of these filters as a whole.
     *
     * @return for each, in order, the highest QoS that it is granted, or {@link #DENIED}; complete at once if nobody has to be
     *     asked; fails if it cannot be said now of one of them
     */
    Future<List<Integer>> subscribe(List<AccessFilter> filters);

    /** The session has this subscription now, for which {@link #subscribe} has said yes. */
    default void subscribed(String filter) {}

    /** The session does not have it any more. */
    default void unsubscribed(String filter) {}

    /**
     * Up to which QoS it may be sent what is published on this topic, whatever it has subscribed to, and was granted once.
     *
     * @return the highest QoS, or {@link #DENIED}
     */
    int receives(String topic);

    /**
     * Decides anew about all subscriptions of its session; {@link #receives} goes by that then. One review at a time.
     *
     * @return those that are denied; complete at once if nobody has to be asked; fails if it cannot be said now, and nothing
     *     has changed then
     */
    Future<List<AccessFilter>> review(List<AccessFilter> subscriptions);

    /** Whether it may subscribe to everything, now. */
    boolean isOpen();

    /** After how long {@link #review} is due again; 0 if only when rules change, which is told. */
    long reviewEveryMs();

    /** For how long at most a message waits to be judged. */
    long waitMaxMs();
}
