package io.forebay.gateway.session;

import io.forebay.gateway.session.Deadlines.Deadline;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * One session: its subscriptions and what is on its way to its device. Owned by the thread forebay-sessions.
 *
 * <p>Messages leave in the order of the queue, at most a window of them before the oldest is done with (MQTT-4.9.0-1),
 * and never again on the same connection (MQTT-4.4.0-1). A PUBLISH leaves when the batch that holds its entry is durable,
 * so what a device has seen is what a restart still knows.
 *
 * <p>A stored session outlives its connection; one that is not stored ends with it and is in memory only.
 */
final class Session {
    private final Turn turn;
    private final String clientId;
    private final long number;
    private final boolean stored;
    private final MessageQueue queue;
    private final Map<String, SessionSubscription> subscriptions = new HashMap<>(4);
    private final List<SharedGroup> groups = new ArrayList<>(0);
    private long expirySeconds;
    private long disconnectedAtMs;
    private int window;
    private boolean wasConnected;
    private Deadline expiry;
    private Will will;
    private RetainedBurst burst;

    /** Of the present connection; null while there is none. */
    private Attachment attachment;

    private InFlight inFlight;
    private int sharedInFlight;

    /** What stands before it in the queue may have been sent on an earlier connection. */
    private long repeatsUpTo;

    final Matches matches = new Matches(this);

    Session(Turn turn, String clientId, long number, boolean stored, LongFunction<SharedGroup> groupsByNumber) {
        this.turn = turn;
        this.clientId = clientId;
        this.number = number;
        this.stored = stored;
        this.queue = new MessageQueue(turn, number, stored, 0, groupsByNumber);
    }

    // ---- its life ----

    void restore(SessionRecord record, boolean orderly, long nowMs) {
        expirySeconds = record.expirySeconds();
        // A connection that was cut by the end of the gateway counts from now.
        disconnectedAtMs = record.connected() ? nowMs : record.disconnectedAtMs();
        window = record.window();
        wasConnected = record.connected();
        queue.restore(record.queue(), orderly, record.connected() ? window : 0);
    }

    SessionRecord record() {
        // Until the queue is counted nobody knows what was sent.
        boolean connected = attachment != null || (wasConnected && !queue.isCounted());
        return new SessionRecord(number, connected, expirySeconds, disconnectedAtMs, window, queue.record());
    }

    Attachment attach(Subscriber subscriber, ContextInternal context, SessionRequest request) {
        expirySeconds = request.expirySeconds();
        window = Math.min(request.receiveMaximum(), turn.config().inflightMax());
        attachment = new Attachment(turn, this, subscriber, context, window);
        inFlight = new InFlight();
        sharedInFlight = 0;
        queue.load();
        repeatsUpTo = queue.sentUpTo();
        turn.pump(this);
        return attachment;
    }

    void detach(long expiresAfterSeconds) {
        giveBackShared();
        expirySeconds = expiresAfterSeconds;
        disconnectedAtMs = turn.nowMs();
        attachment = null;
        queue.unload(inFlight.isEmpty() ? Long.MAX_VALUE : inFlight.at(0).sequence());
        inFlight = null;
        sharedInFlight = 0;
    }

    /** QoS 1 messages of groups that have other members go to those, the newest first so that their order stays. */
    private void giveBackShared() {
        for (int i = inFlight.size() - 1; i >= 0 && sharedInFlight > 0; i--) {
            QueuedMessage message = inFlight.at(i);
            if (message.group() != null && message.qos() == 1 && message.group().hasOtherThan(this)) {
                QueuedMessage removed = inFlight.remove(message.packetId());
                queue.delete(removed);
                removed.group().takeBack(removed);
            }
        }
    }

    /** The same for what only the store knows, when the session ends or a crash has ended its connection. */
    void giveBackStored() {
        if (!stored || groups.isEmpty() || attachment != null) {
            return;
        }
        List<QueuedMessage> back = new ArrayList<>();
        queue.forEach(message -> {
            if (message.group() != null && message.qos() == 1 && message.group().hasOtherThan(this)) {
                back.add(message);
            }
        });
        for (int i = back.size() - 1; i >= 0; i--) {
            queue.delete(back.get(i));
            back.get(i).group().takeBack(back.get(i));
        }
    }

    // ---- in ----

    /** A message that it subscribed to. Of QoS 1 and 2 it is in the queue then, or dropped and counted. */
    void offer(Content content, int qos, boolean retain, int[] subscriptionIds) {
        if (content.isExpired(turn.nowMs())) {
            turn.drop(Drop.EXPIRED, 1);
        } else if (qos > 0) {
            if (queue.append(new QueuedMessage(content, qos, retain, subscriptionIds))) {
                pump();
            }
        } else if (attachment == null) {
            turn.drop(Drop.NOT_CONNECTED, 1);
        } else if (!attachment.isWritable()) {
            turn.drop(Drop.NOT_READING, 1);
        } else {
            publish(0, 0, false, retain, content, subscriptionIds);
        }
    }

    /** Whether a message of a group would leave at once. */
    boolean canTakeShared() {
        return isReading()
                && inFlight.size() < attachment.window()
                && sharedInFlight < turn.config().sharedInflightMax()
                && queue.size() == inFlight.size()
                && queue.size() < turn.config().queueMessagesMax()
                && (inFlight.isEmpty() || queue.next() - inFlight.at(0).sequence() < 65_535)
                && (stored || turn.memory().hasRoom());
    }

    boolean isReading() {
        return attachment != null && attachment.isWritable();
    }

    /** @return false if it was dropped and counted */
    boolean take(QueuedMessage shared) {
        boolean taken = queue.append(shared);
        if (taken) {
            pump();
        }
        return taken;
    }

    // ---- out ----

    /** Sends what may be sent. */
    void pump() {
        if (attachment == null) {
            return;
        }
        while (attachment.isWritable() && inFlight.size() < attachment.window()) {
            QueuedMessage message = queue.peek();
            if (message == null) {
                if (queue.isBehind()) {
                    turn.pumpNextTurn(this);
                }
                break;
            }
            if (!inFlight.isEmpty() && message.sequence() - inFlight.at(0).sequence() >= 65_535) {
                break; // Its packet id may still be in use.
            }
            send(queue.take());
        }
        if (burst != null) {
            turn.burst(this);
        }
        for (SharedGroup group : groups) {
            if (group.hasWaiting() && canTakeShared()) {
                turn.pull(group);
            }
        }
    }

    private void send(QueuedMessage message) {
        boolean repeat = message.sequence() < repeatsUpTo;
        inFlight.add(message);
        queue.sent(message);
        if (message.group() != null) {
            sharedInFlight++;
        }
        if (stored) {
            turn.mustBeDurable();
        }
        if (message.received()) {
            attachment.deliver(new Delivery.Release(message.packetId()));
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

    private void publish(int packetId, int qos, boolean dup, boolean retain, Content content, int[] subscriptionIds) {
        turn.meters().delivered(qos);
        attachment.deliver(new Delivery.Publication(
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

    /** PUBACK, or the device refused it. */
    void acknowledged(int packetId) {
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
            if (stored) {
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
        turn.pump(this);
    }

    void writable(boolean now) {
        attachment.writable(now);
        if (now) {
            turn.pump(this);
        }
    }

    // ---- what is kept here for others ----

    String clientId() {
        return clientId;
    }

    long number() {
        return number;
    }

    boolean isStored() {
        return stored;
    }

    long expirySeconds() {
        return expirySeconds;
    }

    long disconnectedAtMs() {
        return disconnectedAtMs;
    }

    Attachment attachment() {
        return attachment;
    }

    MessageQueue queue() {
        return queue;
    }

    Map<String, SessionSubscription> subscriptions() {
        return subscriptions;
    }

    /** Of its shared subscriptions. */
    List<SharedGroup> groups() {
        return groups;
    }

    Deadline expiry() {
        return expiry;
    }

    void expiry(Deadline deadline) {
        expiry = deadline;
    }

    /** Null if it has none. */
    Will will() {
        return will;
    }

    void will(Will now) {
        will = now;
    }

    /** The retained messages that it still has to get; null if there are none. */
    RetainedBurst burst() {
        return burst;
    }

    void burst(RetainedBurst now) {
        burst = now;
    }
}
