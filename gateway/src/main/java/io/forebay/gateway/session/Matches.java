package io.forebay.gateway.session;

import java.util.Arrays;

/**
 * The subscriptions of one session that match the message in hand, as one: the message goes out once, at the greatest QoS,
 * with the identifiers of all of them (MQTT-3.3.4-2 to MQTT-3.3.4-5 leave the choice), and with its RETAIN flag if any of them wants
 * it as published. Owned by the thread forebay-sessions.
 */
final class Matches {
    private final Session session;
    private int qos;
    private boolean retainAsPublished;
    private int[] ids = QueuedMessage.NO_IDS;
    private boolean any;

    Matches(Session session) {
        this.session = session;
    }

    /** @return whether it is the first one */
    boolean add(SessionSubscription subscription) {
        Subscription asked = subscription.asked();
        if (!any) {
            any = true;
            qos = asked.qos();
            retainAsPublished = asked.retainAsPublished();
            ids = subscription.ids();
            return true;
        }
        qos = Math.max(qos, asked.qos());
        retainAsPublished |= asked.retainAsPublished();
        if (asked.identifier() != 0) {
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = asked.identifier();
        }
        return false;
    }

    void offer(Content content, int publishedQos, boolean publishedRetain) {
        RetainedBurst burst = session.burst();
        if (burst != null) {
            burst.beforeLive(content.topic());
        }
        session.offer(content, Math.min(publishedQos, qos), publishedRetain && retainAsPublished, ids);
        any = false;
        ids = QueuedMessage.NO_IDS;
    }
}
