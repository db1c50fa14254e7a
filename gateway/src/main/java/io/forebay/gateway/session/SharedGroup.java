package io.forebay.gateway.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * The sessions that share one subscription ({@code $share/group/filter}). Owned by the thread forebay-sessions.
 *
 * <p>Messages wait in the group's own queue, and members take them in turn, each as much as it can send at once: so a
 * member that is slow or away holds up nothing but what is on its way to it. What a member takes moves to its own queue in
 * the same batch. If it goes before it has acknowledged a QoS 1 message, the message comes back; a QoS 2 message stays with the
 * member's session and ends with it (MQTT-4.8.2-4, MQTT-4.8.2-5).
 */
final class SharedGroup implements Recipient, Pace.Taker {
    /** Leaves sequences before it for what comes back. */
    private static final long FIRST_SEQUENCE = 1L << 62;

    private final Turn turn;
    private final String name;
    private final String filter;
    private final MessageQueue queue;
    private final List<SessionSubscription> members = new ArrayList<>();
    private boolean stored;
    private int nextMember;

    /** @param name of the group, a slash and the filter */
    SharedGroup(Turn turn, String name, String filter, long number, LongFunction<SharedGroup> groups) {
        this.turn = turn;
        this.name = name;
        this.filter = filter;
        queue = new MessageQueue(turn, number, false, FIRST_SEQUENCE, groups);
        queue.load();
    }

    String name() {
        return name;
    }

    String filter() {
        return filter;
    }

    long number() {
        return queue.number();
    }

    @Override
    public MessageQueue queue() {
        return queue;
    }

    boolean isStored() {
        return stored;
    }

    /** It has a member that outlives a restart, and so has its queue. */
    void makeStored() {
        stored = true;
        queue.makeStored();
    }

    void restore(QueueRecord record, boolean orderly) {
        makeStored();
        queue.restore(record, orderly, 0);
        queue.load();
    }

    // ---- members ----

    /** A session is in it once; asking again changes how. */
    void join(SessionSubscription member) {
        int known = members.indexOf(member);
        if (known >= 0) {
            members.set(known, member);
        } else {
            members.add(member);
        }
        turn.pull(this);
    }

    /** @return whether anybody is left */
    boolean leave(Session session) {
        members.removeIf(member -> member.session() == session);
        return !members.isEmpty();
    }

    boolean hasOtherThan(Session session) {
        for (SessionSubscription member : members) {
            if (member.session() != session) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isReading() {
        for (SessionSubscription member : members) {
            if (member.session().isReading()) {
                return true;
            }
        }
        return false;
    }

    private SessionSubscription nextTaker() {
        for (int i = 0; i < members.size(); i++) {
            int index = (nextMember + i) % members.size();
            if (members.get(index).session().canTakeShared()) {
                nextMember = index + 1;
                return members.get(index);
            }
        }
        return null;
    }

    private SessionSubscription nextReader() {
        for (int i = 0; i < members.size(); i++) {
            int index = (nextMember + i) % members.size();
            if (members.get(index).session().isReading()) {
                nextMember = index + 1;
                return members.get(index);
            }
        }
        return null;
    }

    // ---- messages ----

    void offer(Content content, int qos, boolean retain) {
        if (content.isExpired(turn.nowMs())) {
            turn.drop(Drop.EXPIRED, 1);
        } else if (qos == 0) {
            offerAtMostOnce(content, retain, nextReader());
        } else {
            QueuedMessage message = new QueuedMessage(content, qos, retain, QueuedMessage.NO_IDS);
            SessionSubscription taker = queue.hasWaiting() ? null : nextTaker();
            if (taker != null && (taker.session().isStored() || !stored)) {
                hand(message, taker);
            } else if (queue.append(message)) {
                pull();
                turn.pace().queued(this);
            }
        }
    }

    private void offerAtMostOnce(Content content, boolean retain, SessionSubscription reader) {
        if (reader == null) {
            turn.drop(Drop.NO_MEMBER, 1);
        } else {
            reader.session().offer(content, 0, retain && reader.asked().retainAsPublished(), reader.ids());
        }
    }

    boolean hasWaiting() {
        return queue.hasWaiting();
    }

    /** Members take what they can. */
    void pull() {
        while (queue.hasWaiting()) {
            SessionSubscription taker = nextTaker();
            if (taker == null) {
                return;
            }
            if (queue.peek() == null) {
                if (queue.isBehind()) {
                    turn.pullNextTurn(this);
                }
                return;
            }
            QueuedMessage message = queue.take();
            if (!handOn(message, taker)) {
                queue.giveBack(message);
                return;
            }
        }
    }

    /** Of a message that is in the queue. */
    private boolean handOn(QueuedMessage message, SessionSubscription taker) {
        int qos = Math.min(message.qos(), taker.asked().qos());
        boolean staysHere = stored && !taker.session().isStored() && qos == 1;
        QueuedMessage handed = handed(message, taker, qos);
        if (staysHere) {
            // A crash would end the member's session: until it has acknowledged, the group has the message.
            handed.keep(message);
        }
        if (qos > 0 && !taker.session().take(handed)) {
            return false;
        }
        if (qos == 0) {
            offerAtMostOnce(message.content(), message.retain(), taker);
        }
        if (!staysHere) {
            queue.delete(message);
        }
        return true;
    }

    private void hand(QueuedMessage message, SessionSubscription taker) {
        int qos = Math.min(message.qos(), taker.asked().qos());
        if (qos == 0) {
            offerAtMostOnce(message.content(), message.retain(), taker);
        } else {
            boolean unused = taker.session().take(handed(message, taker, qos));
        }
    }

    private QueuedMessage handed(QueuedMessage message, SessionSubscription taker, int qos) {
        QueuedMessage handed = new QueuedMessage(
                message.content(), qos, message.retain() && taker.asked().retainAsPublished(), taker.ids());
        handed.takenFrom(this);
        return handed;
    }

    /** A member goes without having acknowledged it. */
    void takeBack(QueuedMessage handed) {
        if (handed.kept() != null) {
            queue.giveBack(handed.kept());
        } else {
            queue.putBack(new QueuedMessage(handed.content(), handed.qos(), handed.retain(), QueuedMessage.NO_IDS));
        }
        turn.pull(this);
    }

    /** A member has acknowledged it. */
    void done(QueuedMessage handed) {
        if (handed.kept() != null) {
            queue.delete(handed.kept());
        }
    }
}
