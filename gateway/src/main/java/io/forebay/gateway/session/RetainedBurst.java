package io.forebay.gateway.session;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The retained messages that one session still has to get for what it subscribed to (MQTT-3.3.1-9), a part in each turn, so that
 * a million of them hold up nobody, and no more than its queue has room for. Owned by the thread forebay-sessions.
 */
final class RetainedBurst {
    /** Why it stopped for now. */
    enum Progress {
        DONE,
        /** There is more for the next turn. */
        MORE,
        /** The device has to take something first. */
        WAITS
    }

    private static final int QUEUED_MAX = 512;
    private static final int CHUNK = 200;

    /** How many topics one step looks at: some filters exclude all of a million, one by one. */
    private static final int LOOKS_MAX = 1_000;

    private final Turn turn;
    private final Retained retained;
    private final Session session;
    private final ArrayDeque<Replay> replays = new ArrayDeque<>(2);

    RetainedBurst(Turn turn, Retained retained, Session session) {
        this.turn = turn;
        this.retained = retained;
        this.session = session;
    }

    void add(SessionSubscription subscription) {
        replays.add(new Replay(subscription));
    }

    /** Hands over at most {@code max}. */
    Progress step(int max) {
        int handed = 0;
        int looked = 0;
        while (!replays.isEmpty()) {
            Replay replay = replays.peek();
            if (replay.isOver()) {
                replays.poll();
            } else if (replay.hasToLook()) {
                if (looked >= LOOKS_MAX) {
                    return Progress.MORE;
                }
                looked += replay.look(LOOKS_MAX - looked);
            } else if (!hasRoom()) {
                return Progress.WAITS;
            } else if (handed++ == max) {
                return Progress.MORE;
            } else {
                replay.handOver();
            }
        }
        return Progress.DONE;
    }

    private boolean hasRoom() {
        SessionConfig config = turn.config();
        boolean reading = session.attachment() == null || session.isReading();
        return reading
                && session.queue().size() < Math.max(1, Math.min(config.queueMessagesMax() / 2, QUEUED_MAX))
                && session.queue().bytes() <= config.queueBytesMax() / 2;
    }

    /** What is retained for a topic goes out before what is published to it now. */
    void beforeLive(String topic) {
        for (Replay replay : replays) {
            replay.beforeLive(topic);
        }
    }

    /** The messages for one subscription, in the order of their topics. */
    private final class Replay {
        private final SessionSubscription subscription;
        private final RetainedTopics.Search search;

        /** What is next; it was looked for in parts. */
        private final Set<String> topics = new LinkedHashSet<>();

        /** Handed over before it was its turn. */
        private final Set<String> ahead = new HashSet<>(0);

        Replay(SessionSubscription subscription) {
            this.subscription = subscription;
            this.search = retained.search(subscription.asked().filter());
        }

        /** Also when the subscription is no longer there, or another one has its filter. */
        @SuppressWarnings("ReferenceEquality")
        boolean isOver() {
            return session.subscriptions().get(subscription.asked().filter()) != subscription
                    || (topics.isEmpty() && search.isComplete());
        }

        boolean hasToLook() {
            return topics.isEmpty() && !search.isComplete();
        }

        /** @return at how many topics it has looked */
        int look(int max) {
            return search.goOn(max, topic -> {
                if (!ahead.remove(topic)) {
                    topics.add(topic);
                }
                return topics.size() < CHUNK;
            });
        }

        void handOver() {
            Iterator<String> first = topics.iterator();
            String topic = first.next();
            first.remove();
            handOver(topic);
        }

        private void handOver(String topic) {
            RetainedMessage message = retained.get(topic);
            Subscription asked = subscription.asked();
            if (message == null || (asked.noLocal() && message.publisher().equals(session.clientId()))) {
                return;
            }
            session.offer(message.content(), Math.min(message.qos(), asked.qos()), true, subscription.ids());
        }

        void beforeLive(String topic) {
            if (topics.remove(topic) || (search.isBefore(topic) && ahead.add(topic))) {
                handOver(topic);
            }
        }
    }
}
