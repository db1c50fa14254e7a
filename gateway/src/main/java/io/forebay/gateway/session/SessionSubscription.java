package io.forebay.gateway.session;

/**
 * One subscription of one session. Two are equal if they are of one session: under one filter the newer replaces the older
 * (MQTT-3.8.4-3). Immutable.
 */
final class SessionSubscription implements Recipient {
    private final Session session;
    private final Subscription asked;
    private final SharedGroup group;
    private final int[] ids;

    /** @param group null if it is not shared */
    SessionSubscription(Session session, Subscription asked, SharedGroup group) {
        this.session = session;
        this.asked = asked;
        this.group = group;
        this.ids = asked.identifier() == 0 ? QueuedMessage.NO_IDS : new int[] {asked.identifier()};
    }

    Session session() {
        return session;
    }

    Subscription asked() {
        return asked;
    }

    SharedGroup group() {
        return group;
    }

    /** Its identifier as a message carries it. */
    int[] ids() {
        return ids;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SessionSubscription that && that.session == session;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(session);
    }
}
