package io.forebay.gateway.session;

import io.forebay.gateway.session.SessionConfig.QueueFull;

/** The default limits but for one. No state. */
final class Configs {
    private static final SessionConfig D = SessionConfig.DEFAULT;

    private Configs() {}

    static SessionConfig sessions(int sessionsMax, int subscriptionsPerSessionMax, int subscriptionsMax) {
        return new SessionConfig(
                sessionsMax,
                D.sessionsPerUserMax(),
                subscriptionsPerSessionMax,
                subscriptionsMax,
                D.queueMessagesMax(),
                D.queueBytesMax(),
                D.queueAgeMaxSeconds(),
                D.queueFull(),
                D.inflightMax(),
                D.sharedInflightMax(),
                D.retainedMax(),
                D.retainedBytesMax(),
                D.willGraceSeconds(),
                D.memoryBytesMax());
    }

    static SessionConfig queue(
            int messagesMax, long bytesMax, long ageMaxSeconds, QueueFull full, long memoryBytesMax) {
        return new SessionConfig(
                D.sessionsMax(),
                D.sessionsPerUserMax(),
                D.subscriptionsPerSessionMax(),
                D.subscriptionsMax(),
                messagesMax,
                bytesMax,
                ageMaxSeconds,
                full,
                D.inflightMax(),
                D.sharedInflightMax(),
                D.retainedMax(),
                D.retainedBytesMax(),
                D.willGraceSeconds(),
                memoryBytesMax);
    }

    static SessionConfig queueMax(int messages, QueueFull full) {
        return queue(messages, D.queueBytesMax(), D.queueAgeMaxSeconds(), full, D.memoryBytesMax());
    }

    static SessionConfig windows(int inflightMax, int sharedInflightMax) {
        return new SessionConfig(
                D.sessionsMax(),
                D.sessionsPerUserMax(),
                D.subscriptionsPerSessionMax(),
                D.subscriptionsMax(),
                D.queueMessagesMax(),
                D.queueBytesMax(),
                D.queueAgeMaxSeconds(),
                D.queueFull(),
                inflightMax,
                sharedInflightMax,
                D.retainedMax(),
                D.retainedBytesMax(),
                D.willGraceSeconds(),
                D.memoryBytesMax());
    }

    static SessionConfig retainedMax(int topics) {
        return new SessionConfig(
                D.sessionsMax(),
                D.sessionsPerUserMax(),
                D.subscriptionsPerSessionMax(),
                D.subscriptionsMax(),
                D.queueMessagesMax(),
                D.queueBytesMax(),
                D.queueAgeMaxSeconds(),
                D.queueFull(),
                D.inflightMax(),
                D.sharedInflightMax(),
                topics,
                D.retainedBytesMax(),
                D.willGraceSeconds(),
                D.memoryBytesMax());
    }

    static SessionConfig perUserMax(int sessions) {
        return new SessionConfig(
                D.sessionsMax(),
                sessions,
                D.subscriptionsPerSessionMax(),
                D.subscriptionsMax(),
                D.queueMessagesMax(),
                D.queueBytesMax(),
                D.queueAgeMaxSeconds(),
                D.queueFull(),
                D.inflightMax(),
                D.sharedInflightMax(),
                D.retainedMax(),
                D.retainedBytesMax(),
                D.willGraceSeconds(),
                D.memoryBytesMax());
    }
}
