package io.forebay.gateway.session;

import io.forebay.gateway.session.SessionHold.Grant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All subscriptions: the index that finds them for a topic, and the groups that share some. Owned by the thread
 * forebay-sessions.
 */
final class Subscriptions {
    private static final String SHARED = "$share/";

    private final Turn turn;
    private final Numbers numbers;
    private final SubscriptionIndex<Recipient> index = new SubscriptionIndex<>();
    private final Map<String, SharedGroup> groups = new HashMap<>();
    private final Map<Long, SharedGroup> groupsByNumber = new HashMap<>();
    private int count;

    Subscriptions(Turn turn, Numbers numbers) {
        this.turn = turn;
        this.numbers = numbers;
    }

    SubscriptionIndex<Recipient> index() {
        return index;
    }

    int count() {
        return count;
    }

    /** @return null if it has ended */
    SharedGroup group(long number) {
        return groupsByNumber.get(number);
    }

    Iterable<SharedGroup> groups() {
        return groups.values();
    }

    /** @return the subscription, or null if there may be no further one */
    SessionSubscription subscribe(Session session, Subscription asked) {
        boolean known = session.subscriptions().containsKey(asked.filter());
        if (!known && !mayHaveOneMore(session)) {
            return null;
        }
        if (session.isStored()) {
            turn.put(
                    Tables.SUBSCRIPTIONS,
                    Tables.subscription(session.number(), asked.filter()),
                    SubscriptionCodec.write(asked));
            turn.mustBeDurable();
        }
        return enter(session, asked);
    }

    private boolean mayHaveOneMore(Session session) {
        return session.subscriptions().size() < turn.config().subscriptionsPerSessionMax()
                && count < turn.config().subscriptionsMax();
    }

    static Grant granted(Subscription asked) {
        return switch (asked.qos()) {
            case 0 -> Grant.QOS_0;
            case 1 -> Grant.QOS_1;
            default -> Grant.QOS_2;
        };
    }

    private SessionSubscription enter(Session session, Subscription asked) {
        SessionSubscription subscription = asked.filter().startsWith(SHARED)
                ? share(session, asked)
                : new SessionSubscription(session, asked, null);
        if (subscription.group() == null) {
            index.add(asked.filter(), subscription);
        }
        if (session.subscriptions().put(asked.filter(), subscription) == null) {
            count++;
        }
        return subscription;
    }

    private SessionSubscription share(Session session, Subscription asked) {
        String name = asked.filter().substring(SHARED.length());
        SharedGroup group = groups.get(name);
        if (group == null) {
            group = make(name, numbers.take());
        }
        SessionSubscription subscription = new SessionSubscription(session, asked, group);
        if (session.isStored() && !group.isStored()) {
            group.makeStored();
            turn.put(Tables.GROUPS, Tables.text(name), GroupCodec.write(group));
        }
        if (!session.groups().contains(group)) {
            session.groups().add(group);
        }
        group.join(subscription);
        return subscription;
    }

    private SharedGroup make(String name, long number) {
        String filter = name.substring(name.indexOf('/') + 1);
        SharedGroup group = new SharedGroup(turn, name, filter, number, this::group);
        groups.put(name, group);
        groupsByNumber.put(number, group);
        index.add(filter, group);
        return group;
    }

    /** @return whether there was one */
    boolean unsubscribe(Session session, String filter) {
        SessionSubscription removed = session.subscriptions().remove(filter);
        if (removed == null) {
            return false;
        }
        if (session.isStored()) {
            turn.delete(Tables.SUBSCRIPTIONS, Tables.subscription(session.number(), filter));
            turn.mustBeDurable();
        }
        leave(removed);
        return true;
    }

    private void leave(SessionSubscription removed) {
        count--;
        SharedGroup group = removed.group();
        if (group == null) {
            index.remove(removed.asked().filter(), removed);
            return;
        }
        removed.session().groups().remove(group);
        if (!group.leave(removed.session())) {
            end(group);
        }
    }

    private void end(SharedGroup group) {
        index.remove(group.filter(), group);
        groups.remove(group.name());
        groupsByNumber.remove(group.number());
        turn.drop(Drop.SESSION_ENDED, group.queue().deleteAll());
        if (group.isStored()) {
            turn.delete(Tables.GROUPS, Tables.text(group.name()));
        }
    }

    /** The session ends. */
    void removeAll(Session session) {
        List<SessionSubscription> all = new ArrayList<>(session.subscriptions().values());
        session.subscriptions().clear();
        for (SessionSubscription subscription : all) {
            if (session.isStored()) {
                turn.delete(
                        Tables.SUBSCRIPTIONS,
                        Tables.subscription(
                                session.number(), subscription.asked().filter()));
            }
            leave(subscription);
        }
    }

    // ---- at the start ----

    /** Before {@link #restore(Map)}. */
    void restoreGroups(boolean orderly) {
        turn.scan(Tables.GROUPS, Tables.START, null, (key, value) -> {
            GroupCodec.Stored stored = GroupCodec.read(value);
            make(Tables.text(key), stored.number()).restore(stored.queue(), orderly);
            return true;
        });
    }

    /** @param sessions by their numbers */
    void restore(Map<Long, Session> sessions) {
        turn.scan(Tables.SUBSCRIPTIONS, Tables.START, null, (key, value) -> {
            Session session = sessions.get(Tables.number(key));
            if (session != null) {
                var unused = enter(session, SubscriptionCodec.read(Tables.filter(key), value));
            }
            return true;
        });
        new ArrayList<>(groups.values())
                .stream().filter(group -> !group.hasOtherThan(null)).forEach(this::end);
    }
}
