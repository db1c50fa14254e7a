package io.forebay.simulator;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonClientOptions;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonMessageHandler;
import io.vertx.proton.ProtonReceiver;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.proton.amqp.messaging.Accepted;

/**
 * One connection with one receiving link. Owned by the event loop that opened it.
 *
 * <p>Credit is given back by hand, half a window at a time, when messages are settled: the library's own way gives it back
 * one by one.
 */
final class AmqpAttachment {
    private static final int CONNECT_TIMEOUT_MS = 10_000;
    private static final int HEARTBEAT_MS = 10_000;
    private static final long REFUSAL_WAIT_MS = 2_000;

    private final Vertx vertx;
    private final AmqpTarget target;
    private final int credit;
    private final ProtonMessageHandler handler;
    private final Promise<AmqpAttachment> attached = Promise.promise();
    private final Promise<String> lost = Promise.promise();

    private ProtonConnection connection;
    private ProtonReceiver receiver;
    private int settled;

    private AmqpAttachment(Vertx vertx, AmqpTarget target, int credit, ProtonMessageHandler handler) {
        this.vertx = vertx;
        this.target = target;
        this.credit = credit;
        this.handler = handler;
    }

    /** Succeeds when the broker has agreed to the address; fails with one sentence. */
    static Future<AmqpAttachment> open(Vertx vertx, AmqpTarget target, int credit, ProtonMessageHandler handler) {
        return new AmqpAttachment(vertx, target, credit, handler).open();
    }

    private Future<AmqpAttachment> open() {
        ProtonClientOptions options = new ProtonClientOptions().setHeartbeat(HEARTBEAT_MS);
        options.setConnectTimeout(CONNECT_TIMEOUT_MS).setTcpNoDelay(true);
        String user = target.credentials().present() ? target.credentials().user() : null;
        String password = target.credentials().present() ? target.credentials().password() : null;
        ProtonClient.create(vertx).connect(options, target.host(), target.port(), user, password, connecting -> {
            if (connecting.failed()) {
                fail(ConnectFailure.reason(connecting.cause()));
            } else {
                onConnected(connecting.result());
            }
        });
        // A peer that accepts the connection and then says nothing completes none of the library's handlers.
        return attached.future()
                .timeout(CONNECT_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .recover(failure -> {
                    attached.tryFail(failure);
                    close();
                    return Future.failedFuture(ConnectFailure.of("the AMQP broker at " + target, failure));
                });
    }

    private void onConnected(ProtonConnection opened) {
        connection = opened;
        if (givenUp()) {
            connection.disconnect();
            return;
        }
        connection.disconnectHandler(ignored -> fail("it closed the connection"));
        connection.closeHandler(closing -> {
            fail(closing.failed() ? ConnectFailure.reason(closing.cause()) : "it closed the connection");
            connection.disconnect();
        });
        connection.openHandler(opening -> {
            if (opening.failed()) {
                fail(ConnectFailure.reason(opening.cause()));
            } else {
                attach();
            }
        });
        connection.setContainer("forebay-simulator").open();
    }

    /** A link that opens after its time is over would take messages that nobody counts. */
    private boolean givenUp() {
        return attached.future().failed();
    }

    private void attach() {
        if (givenUp()) {
            return;
        }
        receiver = connection.createReceiver(target.address());
        receiver.setPrefetch(0).setAutoAccept(false).handler((delivery, message) -> {
            handler.handle(delivery, message);
            if (delivery.getLocalState() == null) {
                delivery.disposition(Accepted.getInstance(), true);
                giveCreditBack();
            }
        });
        receiver.closeHandler(closing -> {
            String reason = closing.failed() ? ConnectFailure.reason(closing.cause()) : "no reason given";
            fail("it refuses the address '" + target.address() + "': " + reason);
            close();
        });
        receiver.openHandler(opening -> onAttachAnswered());
        receiver.open();
    }

    private void onAttachAnswered() {
        if (givenUp()) {
            return;
        }
        if (receiver.getRemoteAddress() != null) {
            receiver.flow(credit);
            attached.tryComplete(this);
            return;
        }
        // An answer without a source is a refusal whose reason follows in a detach.
        vertx.setTimer(REFUSAL_WAIT_MS, id -> fail("it refuses the address '" + target.address() + "'"));
    }

    private void giveCreditBack() {
        settled++;
        if (settled >= credit / 2) {
            receiver.flow(settled);
            settled = 0;
        }
    }

    private void fail(String reason) {
        lost.tryComplete(reason);
        attached.tryFail(
                new SimulationException("Cannot receive from the AMQP broker at " + target + ": " + reason + "."));
    }

    /** Completes with the reason when the link or its connection is gone. */
    Future<String> lost() {
        return lost.future();
    }

    void close() {
        lost.tryComplete("closed by this side");
        if (connection != null && !connection.isDisconnected()) {
            connection.disconnectHandler(ignored -> {});
            connection.closeHandler(closing -> connection.disconnect());
            connection.close();
            vertx.setTimer(REFUSAL_WAIT_MS, id -> connection.disconnect());
        }
    }
}
