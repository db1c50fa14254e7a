package io.forebay.gateway.session;

import io.forebay.gateway.session.SessionConfig.QueueFull;

/** The default limits but for some. No state. */
final class Configs {
    private static final SessionConfig D = SessionConfig.DEFAULT;

    private Configs() {}

    static SessionConfig sessions(int sessionsMax, int subscriptionsPerSessionMax, int subscriptionsMax) {
        Limits limits = new Limits();
        limits.sessionsMax = sessionsMax;
        limits.subscriptionsPerSessionMax = subscriptionsPerSessionMax;
        limits.subscriptionsMax = subscriptionsMax;
        return limits.done();
    }

    static SessionConfig queue(
            int messagesMax, long bytesMax, long ageMaxSeconds, QueueFull full, long memoryBytesMax) {
        Limits limits = new Limits();
        limits.queueMessagesMax = messagesMax;
        limits.queueBytesMax = bytesMax;
        limits.queueAgeMaxSeconds = ageMaxSeconds;
        limits.queueFull = full;
        limits.memoryBytesMax = memoryBytesMax;
        return limits.done();
    }

    static SessionConfig queueMax(int messages, QueueFull full) {
        return queue(messages, D.queueBytesMax(), D.queueAgeMaxSeconds(), full, D.memoryBytesMax());
    }

    static SessionConfig windows(int inflightMax, int sharedInflightMax) {
        Limits limits = new Limits();
        limits.inflightMax = inflightMax;
        limits.sharedInflightMax = sharedInflightMax;
        return limits.done();
    }

    static SessionConfig retainedMax(int topics) {
        Limits limits = new Limits();
        limits.retainedMax = topics;
        return limits.done();
    }

    static SessionConfig perUserMax(int sessions) {
        Limits limits = new Limits();
        limits.sessionsPerUserMax = sessions;
        return limits.done();
    }

    /** The default, to be changed. */
    private static final class Limits {
        private int sessionsMax = D.sessionsMax();
        private int sessionsPerUserMax = D.sessionsPerUserMax();
        private int subscriptionsPerSessionMax = D.subscriptionsPerSessionMax();
        private int subscriptionsMax = D.subscriptionsMax();
        private int queueMessagesMax = D.queueMessagesMax();
        private long queueBytesMax = D.queueBytesMax();
        private long queueAgeMaxSeconds = D.queueAgeMaxSeconds();
        private QueueFull queueFull = D.queueFull();
        private int inflightMax = D.inflightMax();
        private int sharedInflightMax = D.sharedInflightMax();
        private int retainedMax = D.retainedMax();
        private long retainedBytesMax = D.retainedBytesMax();
        private int willGraceSeconds = D.willGraceSeconds();
        private long memoryBytesMax = D.memoryBytesMax();

        SessionConfig done() {
            return new SessionConfig(
                    sessionsMax,
                    sessionsPerUserMax,
                    subscriptionsPerSessionMax,
                    subscriptionsMax,
                    queueMessagesMax,
                    queueBytesMax,
                    queueAgeMaxSeconds,
                    queueFull,
                    inflightMax,
                    sharedInflightMax,
                    retainedMax,
                    retainedBytesMax,
                    willGraceSeconds,
                    memoryBytesMax);
        }
    }
}
