package io.forebay.gateway.mqtt;

import io.forebay.gateway.mqtt.codec.ReasonCode;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Lets a packet wait until it is known whether its device may do that, where somebody else has to be asked: meanwhile the socket is
 * not read, so that nothing of the device overtakes. Owned by the connection's event loop.
 */
final class RightsWaits {
    private static final long RETRY_MS = 500;

    private final MqttConnection connection;
    private boolean waiting;

    RightsWaits(MqttConnection connection) {
        this.connection = connection;
    }

    boolean isWaiting() {
        return waiting;
    }

    /** Goes on with the answer; at once if it is there. What {@code then} throws ends the connection like a packet's fault. */
    <T> void await(Future<T> answer, Consumer<AsyncResult<T>> then) {
        if (answer.isComplete()) {
            then.accept(answer);
        } else {
            begin();
            answer.onComplete(done -> end(() -> then.accept(done)));
        }
    }

    /**
     * Goes on with the answer, which is not there yet, for what is lost if it is given up: who does not answer is asked again.
     *
     * @param question to be asked again
     * @param waitMaxMs after that the connection ends: its device has what is not acknowledged, and offers it again
     */
    <T> void insist(Future<T> answer, Supplier<Future<T>> question, long waitMaxMs, Consumer<T> then) {
        begin();
        ask(answer, question, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMaxMs), then);
    }

    private <T> void ask(Future<T> answer, Supplier<Future<T>> question, long giveUpAt, Consumer<T> then) {
        answer.onComplete(done -> {
            if (done.succeeded()) {
                end(() -> then.accept(done.result()));
            } else if (System.nanoTime() - giveUpAt >= 0) {
                end(() -> connection.disconnect(
                        ReasonCode.SERVER_BUSY, "whether the device may publish could not be found out in time"));
            } else if (!connection.isClosed()) {
                long unused = connection.later(RETRY_MS, () -> ask(question.get(), question, giveUpAt, then));
            }
        });
    }

    private void begin() {
        waiting = true;
        connection.socketPause().pause(SocketPause.Reason.RIGHTS);
    }

    private void end(Runnable next) {
        waiting = false;
        if (!connection.isClosed()) {
            connection.handling(next);
            connection.socketPause().resume(SocketPause.Reason.RIGHTS);
            connection.onSettled();
        }
    }
}
