package io.forebay.gateway.session;

import io.forebay.storage.LogCursor;
import io.forebay.storage.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Puts one message of the log into the queues of all who subscribed to it, and among the retained ones. Owned by the thread
 * forebay-sessions.
 */
final class FanOut {
    private final Subscriptions subscriptions;
    private final Retained retained;
    private final Predicate<String> deliveredLocally;
    private final Watches watches;

    private final List<Recipient> found = new ArrayList<>();
    private final Consumer<Recipient> collect = found::add;
    private final List<Session> sessions = new ArrayList<>();

    FanOut(Subscriptions subscriptions, Retained retained, Predicate<String> deliveredLocally, Watches watches) {
        this.subscriptions = subscriptions;
        this.retained = retained;
        this.deliveredLocally = deliveredLocally;
        this.watches = watches;
    }

    /** The cursor's current message, which is only decoded if somebody wants it. */
    void accept(LogCursor cursor) {
        boolean retain = cursor.retain();
        boolean watched = watches.isAsked() && cursor.fromAmqp();
        if (!retain && !watched && subscriptions.index().size() == 0) {
            return;
        }
        String topic = cursor.topic();
        found.clear();
        subscriptions.index().match(topic, collect);
        if ((retain || !found.isEmpty()) && isForSubscribers(cursor, topic)) {
            deliver(cursor.message());
        } else if (watched) {
            watches.unwanted(cursor.message());
        }
    }

    /** What comes from the broker is for nobody else, whatever the routes say. */
    private boolean isForSubscribers(LogCursor cursor, String topic) {
        return cursor.fromAmqp() || deliveredLocally.test(topic);
    }

    private void deliver(Message message) {
        Content content = Content.of(message);
        if (found.isEmpty()) {
            watches.unwanted(message);
        } else {
            content.watch(watches.of(message));
        }
        sessions.clear();
        for (Recipient recipient : found) {
            if (recipient instanceof SessionSubscription subscription) {
                match(subscription, message);
            } else if (recipient instanceof SharedGroup group) {
                group.offer(content, message.qos(), message.retain());
            }
        }
        for (Session session : sessions) {
            session.matches().offer(content, message.qos(), message.retain());
        }
        if (message.retain()) {
            retained.update(new RetainedMessage(content, message.qos(), message.clientId()));
        }
    }

    private void match(SessionSubscription subscription, Message message) {
        Session session = subscription.session();
        boolean own = subscription.asked().noLocal() && session.clientId().equals(message.clientId());
        if (!own && session.matches().add(subscription)) { // MQTT-3.8.3-3
            sessions.add(session);
        }
    }
}
