package io.forebay.gateway.session;

import io.forebay.gateway.session.Deadlines.Deadline;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * One session: its subscriptions, its queue, and the connection that it has or has not. Owned by the thread
 * forebay-sessions.
 *
 * <p>A stored session outlives its connection; one that is not stored ends with it and is in memory only.
 */
final class Session implements Pace.Taker {
    private final Turn turn;
    private final String clientId;
    private final long number;
    private final boolean stored;
    private final MessageQueue queue;
    private final Matches matches = new Matches(this);
    private final Map<String, SessionSubscription> subscriptions = new HashMap<>(4);
    private final List<SharedGroup> groups = new ArrayList<>(0);
    /** Whose it is, where that is counted; else empty. */
    private String user = "";

    private long expirySeconds;
    private long disconnectedAtMs;
    private int window;
    private boolean wasConnected;
    private Deadline expiry;
    private Will will;
    private RetainedBurst burst;
    private Attachment attachment;

    Session(Turn turn, String clientId, long number, boolean stored, LongFunction<SharedGroup> groupsByNumber) {
        this.turn = turn;
        this.clientId = clientId;
        this.number = number;
        this.stored = stored;
        this.queue = new MessageQueue(turn, number, stored, 0, groupsByNumber);
    }

    void restore(SessionRecord record, boolean orderly, long nowMs) {
        user = record.user();
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
        return new SessionRecord(number, connected, expirySeconds, disconnectedAtMs, window, user, queue.record());
    }

    String user() {
        return user;
    }

    void user(String other) {
        user = other;
    }

    Attachment attach(Subscriber subscriber, ContextInternal context, SessionRequest request) {
        expirySeconds = request.expirySeconds();
        window = Math.min(request.receiveMaximum(), turn.config().inflightMax());
        attachment = new Attachment(turn, this, subscriber, context, window);
        turn.pump(this);
        return attachment;
    }

    void detach(long expiresAfterSeconds) {
        attachment.end();
        attachment = null;
        expirySeconds = expiresAfterSeconds;
        disconnectedAtMs = turn.nowMs();
    }

    /**
     * QoS 1 messages of groups that have other members go to those, when the session ends or a crash has ended its
     * connection.
     */
    void giveBackShared() {
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

    // ---- messages ----

    /** A message that it subscribed to. Of QoS 1 and 2 it is in the queue then, or dropped and counted. */
    void offer(Content content, int qos, boolean retain, int[] subscriptionIds) {
        if (content.isExpired(turn.nowMs())) {
            turn.drop(Drop.EXPIRED, 1);
        } else if (qos > 0) {
            boolean unused = take(new QueuedMessage(content, qos, retain, subscriptionIds));
        } else if (attachment == null) {
            turn.drop(Drop.NOT_CONNECTED, 1);
        } else if (!attachment.isReading()) {
            turn.drop(Drop.NOT_READING, 1);
        } else {
            attachment.publishAtMostOnce(retain, content, subscriptionIds);
            if (content.watch() != null) {
                content.watch().acknowledged();
            }
        }
    }

    /** @return false if it was dropped and counted */
    boolean take(QueuedMessage message) {
        boolean taken = queue.append(message);
        if (taken && attachment != null) {
            attachment.pump();
            turn.pace().queued(this);
        }
        return taken;
    }

    @Override
    public boolean isReading() {
        return attachment != null && attachment.isReading();
    }

    boolean canTakeShared() {
        return attachment != null && attachment.canTakeShared();
    }

    /** Sends what may be sent, and asks for more where it comes from elsewhere. */
    void pump() {
        if (attachment == null) {
            return;
        }
        attachment.pump();
        if (burst != null) {
            turn.burst(this);
        }
        for (SharedGroup group : groups) {
            if (group.hasWaiting() && attachment.canTakeShared()) {
                turn.pull(group);
            }
        }
    }

    // ---- what is kept here for others ----

    String clientId() {
        return clientId;
    }

    /** Names it in the store; 0 if it is not stored. */
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

    /** Null while it has no connection. */
    Attachment attachment() {
        return attachment;
    }

    @Override
    public MessageQueue queue() {
        return queue;
    }

    Matches matches() {
        return matches;
    }

    /** By their filters. */
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
