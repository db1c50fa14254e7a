package io.forebay.gateway.session;

import io.vertx.core.internal.ContextInternal;
import java.util.List;

/**
 * The connection that a session has. A session has another one after each reconnect, so that what an old connection still
 * says can be told from what the new one says. Owned by the thread forebay-sessions.
 */
final class Attachment {
    private final Turn turn;
    private final Session session;
    private final Subscriber subscriber;
    private final ContextInternal context;
    private final int window;
    private boolean writable = true;
    private List<Delivery> leaving;
    private Parcel leavingWith;

    /** @param window how many QoS 1 and 2 messages may be on their way */
    Attachment(Turn turn, Session session, Subscriber subscriber, ContextInternal context, int window) {
        this.turn = turn;
        this.session = session;
        this.subscriber = subscriber;
        this.context = context;
        this.window = window;
    }

    Session session() {
        return session;
    }

    /** Whether the session has no newer connection, and none is gone. */
    boolean isCurrent() {
        return session.attachment() == this;
    }

    int window() {
        return window;
    }

    boolean isWritable() {
        return writable;
    }

    void writable(boolean now) {
        writable = now;
    }

    void deliver(Delivery delivery) {
        Parcel parcel = turn.parcel(context);
        if (parcel != leavingWith) {
            leavingWith = parcel;
            leaving = parcel.loadFor(this);
        }
        leaving.add(delivery);
    }

    /** What was to leave has left. */
    void left() {
        leaving = null;
        leavingWith = null;
    }

    /** Any thread. */
    Subscriber subscriber() {
        return subscriber;
    }
}
