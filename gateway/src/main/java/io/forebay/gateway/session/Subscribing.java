package io.forebay.gateway.session;

import io.forebay.gateway.session.SessionHold.Grant;
import java.util.ArrayList;
import java.util.List;

/** SUBSCRIBE and UNSUBSCRIBE, with the retained messages that follow. Owned by the thread forebay-sessions. */
final class Subscribing {
    private final Turn turn;
    private final Subscriptions subscriptions;
    private final Retained retained;

    Subscribing(Turn turn, Subscriptions subscriptions, Retained retained) {
        this.turn = turn;
        this.subscriptions = subscriptions;
        this.retained = retained;
    }

    /** @return one for each, in order; of an old connection nothing is done */
    List<Grant> subscribe(Attachment attachment, List<Subscription> asked) {
        List<Grant> grants = new ArrayList<>(asked.size());
        for (Subscription one : asked) {
            grants.add(attachment.isCurrent() ? subscribe(attachment.session(), one) : Subscriptions.granted(one));
        }
        return grants;
    }

    private Grant subscribe(Session session, Subscription asked) {
        boolean isNew = !session.subscriptions().containsKey(asked.filter());
        SessionSubscription subscription = subscriptions.subscribe(session, asked);
        if (subscription == null) {
            return Grant.QUOTA_EXCEEDED;
        }
        // MQTT-3.3.1-9 to MQTT-3.3.1-11; a shared subscription gets none (MQTT 5 section 4.8.2).
        boolean wantsRetained = asked.retainHandling() == 0 || (asked.retainHandling() == 1 && isNew);
        if (wantsRetained && subscription.group() == null && retained.count() > 0) {
            replay(session, subscription);
        }
        return Subscriptions.granted(asked);
    }

    private void replay(Session session, SessionSubscription subscription) {
        if (session.burst() == null) {
            session.burst(new RetainedBurst(turn, retained, session));
        }
        session.burst().add(subscription);
        turn.burst(session);
    }

    /** @return whether each one existed */
    List<Boolean> unsubscribe(Attachment attachment, List<String> filters) {
        List<Boolean> existed = new ArrayList<>(filters.size());
        for (String filter : filters) {
            existed.add(attachment.isCurrent() && subscriptions.unsubscribe(attachment.session(), filter));
        }
        return existed;
    }
}
