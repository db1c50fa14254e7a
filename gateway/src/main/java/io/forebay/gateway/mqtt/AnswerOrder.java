package io.forebay.gateway.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps answers in the order of what they answer, where some are known at once and others wait for the disk: an answer
 * that is ready leaves after all that was started before it. What waits for the disk completes in its own order; it costs
 * two numbers, only what overtakes it costs an object. Owned by the connection's event loop.
 */
final class AnswerOrder {
    private record Ready(long after, Runnable answer) {}

    private final Deque<Ready> ready = new ArrayDeque<>();
    private long started;
    private long settled;

    /** Something waits for the disk now. */
    void onStarted() {
        started++;
    }

    /** The oldest of what waits has been answered. */
    void onSettled() {
        settled++;
        while (!ready.isEmpty() && ready.peek().after() <= settled) {
            ready.poll().answer().run();
        }
    }

    /** Answers when all that was started until now is answered. */
    void answerInTurn(Runnable answer) {
        if (started == settled) {
            answer.run();
        } else {
            ready.add(new Ready(started, answer));
        }
    }
}
