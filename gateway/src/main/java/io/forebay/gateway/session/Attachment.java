package io.forebay.gateway.session;

import io.vertx.core.internal.ContextInternal;
import java.util.List;

/**
 * The connection that a session has, and what is on its way over it. A session has another one after each reconnect, so
 * that what an old connection still says can be told from what the new one says. Owned by the thread forebay-sessions.
 *
 * <p>Messages leave in the order of the queue, at most a window of them before the oldest is done with (MQTT-4.9.0-1), and
 * never again on the same connection (MQTT-4.4.0-1). A PUBLISH leaves when the batch that holds its entry is durable, so what
 * a device has seen is what a restart still knows.
 */
final class Attachment {
    /** A packet id stands for one message among so many that follow each other. */
    private static final int SEQUENCES_MAX = 65_535;

    private final Turn turn;
    private final Session session;
    private final MessageQueue queue;
    private final Subscriber subscriber;
    private final ContextInternal context;
    private final int window;
    private final InFlight inFlight = new InFlight();

    /** What stands before it in the queue may have been sent on an earlier connection. */
    private final long repeatsUpTo;

    private int sharedInFlight;
    private boolean writable = true;
    private List<Delivery> leaving;
    private Parcel leavingWith;

    /** @param window how many QoS 1 and 2 messages may be on their way */
    Attachment(Turn turn, Session session, Subscriber subscriber, ContextInternal context, int window) {
        this.turn = turn;
        this.session = session;
        this.queue = session.queue();
        this.subscriber = subscriber;
        this.context = context;
        this.window = window;
        queue.load();
        repeatsUpTo = queue.sentUpTo();
    }

    Session session() {
        return session;
    }

    /** Whether the session has no newer connection, and this one is not gone. */
    boolean isCurrent() {
        return session.attachment() == this;
    }

    boolean isReading() {
        return writable;
    }

    void writable(boolean now) {
        writable = now;
        if (now) {
            turn.pump(session);
        }
    }

    /** The connection is gone. */
    void end() {
        giveBackShared();
        queue.unload(inFlight.isEmpty() ? Long.MAX_VALUE : inFlight.at(0).sequence());
    }

    /** QoS 1 messages of groups that have other members go to those, the newest first so that their order stays. */
    private void giveBackShared() {
        for (int i = inFlight.size() - 1; i >= 0 && sharedInFlight > 0; i--) {
            QueuedMessage message = inFlight.at(i);
            if (message.group() != null && message.qos() == 1 && message.group().hasOtherThan(session)) {
                QueuedMessage removed = inFlight.remove(message.packetId());
                queue.delete(removed);
                removed.group().takeBack(removed);
            }
        }
    }

    // ---- to the device ----

    /** Sends what may be sent. */
    void pump() {
        while (writable && inFlight.size() < window) {
            QueuedMessage message = queue.peek();
            if (message == null) {
                if (queue.isBehind()) {
                    turn.pumpNextTurn(session);
                }
                return;
            }
            if (!isInReach(message.sequence())) {
                return;
            }
            send(queue.take());
        }
    }

    /** Whether the packet id of this sequence is free for certain. */
    private boolean isInReach(long sequence) {
        return inFlight.isEmpty() || sequence - inFlight.at(0).sequence() < SEQUENCES_MAX;
    }

    /** Whether a message of a group would leave at once. */
    boolean canTakeShared() {
        return writable
                && inFlight.size() < window
                && sharedInFlight < turn.config().sharedInflightMax()
                && queue.size() == inFlight.size()
                && queue.size() < turn.config().queueMessagesMax()
                && isInReach(queue.next())
                && (session.isStored() || turn.memory().hasRoom());
    }

    private void send(QueuedMessage message) {
        boolean repeat = message.sequence() < repeatsUpTo;
        inFlight.add(message);
        queue.sent(message);
        if (message.group() != null) {
            sharedInFlight++;
        }
        if (session.isStored()) {
            turn.mustBeDurable();
        }
        if (message.received()) {
            deliver(new Delivery.Release(message.packetId()));
            return;
        }
        publish(
                message.packetId(),
                message.qos(),
                repeat,
                message.retain(),
                message.content(),
                message.subscriptionIds());
        if (message.group() == null || message.qos() == 2) {
            message.dropContent();
        }
    }

    void publishAtMostOnce(boolean retain, Content content, int[] subscriptionIds) {
        publish(0, 0, false, retain, content, subscriptionIds);
    }

    private void publish(int packetId, int qos, boolean dup, boolean retain, Content content, int[] subscriptionIds) {
        turn.meters().delivered(qos);
        deliver(new Delivery.Publication(
                packetId,
                qos,
                dup,
                retain,
                content.topic(),
                content.properties(),
                content.payload(),
                subscriptionIds,
                content.arrivedAtMs()));
    }

    private void deliver(Delivery delivery) {
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

    // ---- from the device ----

    /** PUBACK. */
    void acknowledged(int packetId) {
        QueuedMessage message = inFlight.find(packetId);
        if (message != null && !message.received()) {
            queue.acknowledged(message);
            done(message);
        }
    }

    /** The device does not take it. */
    void refused(int packetId) {
        QueuedMessage message = inFlight.find(packetId);
        if (message != null && !message.received()) {
            done(message);
        }
    }

    /** PUBREC. @return whether PUBREL may follow */
    boolean received(int packetId) {
        QueuedMessage message = inFlight.find(packetId);
        if (message == null || message.qos() != 2) {
            return false;
        }
        if (!message.received()) {
            message.markReceived();
            if (session.isStored()) {
                queue.store(message);
                turn.mustBeDurable();
            }
        }
        return true;
    }

    /** PUBCOMP. */
    void completed(int packetId) {
        QueuedMessage message = inFlight.find(packetId);
        if (message != null && message.received()) {
            queue.acknowledged(message);
            done(message);
        }
    }

    private void done(QueuedMessage message) {
        QueuedMessage removed = inFlight.remove(message.packetId());
        queue.delete(removed);
        if (removed.group() != null) {
            sharedInFlight--;
            removed.group().done(removed);
        }
        turn.pump(session);
    }
}
