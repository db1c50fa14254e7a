package io.forebay.simulator;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonSender;
import io.vertx.proton.ProtonServer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.message.Message;

/**
 * An AMQP broker with one queue and one consumer at a time, that sends exactly what it is told in that order, and again
 * what was not settled when a connection ended. Owned by the event loop that it is started on.
 */
final class FakeAmqpPeer {
    private final ProtonServer server;
    private final Deque<Message> waiting = new ArrayDeque<>();
    private final Set<Message> unsettled = new LinkedHashSet<>();
    private ProtonConnection connection;
    private ProtonSender sender;
    /** Ends the connection after each so many messages that were settled; 0: never. */
    int dropEvery;

    private int settled;

    FakeAmqpPeer(Vertx vertx) {
        server = ProtonServer.create(vertx);
    }

    Future<Integer> start() {
        Promise<Integer> listening = Promise.promise();
        server.connectHandler(this::onConnection).listen(0, "localhost", result -> {
            if (result.succeeded()) {
                listening.complete(server.actualPort());
            } else {
                listening.fail(result.cause());
            }
        });
        return listening.future();
    }

    private void onConnection(ProtonConnection opened) {
        opened.openHandler(opening -> opened.setContainer("fake").open());
        opened.sessionOpenHandler(session -> session.open());
        opened.closeHandler(closing -> opened.close());
        opened.disconnectHandler(gone -> onDisconnect(opened));
        opened.senderOpenHandler(link -> {
            connection = opened;
            sender = link;
            link.setSource(link.getRemoteSource());
            link.setAutoSettle(true);
            link.sendQueueDrainHandler(credit -> drain());
            link.open();
        });
        opened.open();
    }

    private void onDisconnect(ProtonConnection gone) {
        gone.disconnect();
        if (gone == connection) {
            sender = null;
            Deque<Message> again = new ArrayDeque<>(unsettled);
            unsettled.clear();
            while (!again.isEmpty()) {
                waiting.addFirst(again.removeLast());
            }
        }
    }

    void send(byte[] payload, Object messageId) {
        Message message = Proton.message();
        message.setMessageId(messageId);
        message.setBody(new Data(new Binary(payload)));
        waiting.add(message);
        drain();
    }

    private void drain() {
        while (sender != null && !waiting.isEmpty() && !sender.sendQueueFull()) {
            Message message = waiting.poll();
            unsettled.add(message);
            sender.send(message, delivery -> onSettled(message, delivery.getRemoteState() instanceof Released));
        }
    }

    private void onSettled(Message message, boolean released) {
        unsettled.remove(message);
        if (released) {
            waiting.addFirst(message);
        }
        if (dropEvery > 0 && ++settled % dropEvery == 0) {
            connection.disconnect();
        }
    }
}
