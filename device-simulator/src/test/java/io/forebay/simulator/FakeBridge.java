package io.forebay.simulator;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonSender;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;

/** Carries payloads to AMQP as a gateway would, with message-ids of its own. Owned by the event loop that opens it. */
final class FakeBridge {
    private final ProtonSender sender;
    private final ProtonConnection connection;
    // Proton would keep what there is no credit for, but takes longer for each message the more it keeps.
    private final Deque<Message> waiting = new ArrayDeque<>();
    private long sent;

    private FakeBridge(ProtonConnection connection) {
        this.connection = connection;
        sender = connection.createSender(EmbeddedArtemis.ADDRESS);
    }

    static Future<FakeBridge> open(Vertx vertx, AmqpTarget target) {
        Promise<FakeBridge> opened = Promise.promise();
        ProtonClient.create(vertx).connect(target.host(), target.port(), connecting -> {
            if (connecting.failed()) {
                opened.fail(connecting.cause());
                return;
            }
            FakeBridge bridge = new FakeBridge(connecting.result());
            bridge.connection.open();
            bridge.sender.sendQueueDrainHandler(credit -> bridge.drain());
            bridge.sender.openHandler(ready -> opened.complete(bridge));
            bridge.sender.open();
        });
        return opened.future();
    }

    void send(byte[] payload) {
        send(payload, "id-" + sent++);
    }

    void send(byte[] payload, String messageId) {
        Message message = Proton.message();
        message.setMessageId(messageId);
        message.setAddress(EmbeddedArtemis.ADDRESS);
        message.setBody(new Data(new Binary(payload)));
        waiting.add(message);
        drain();
    }

    private void drain() {
        while (!waiting.isEmpty() && !sender.sendQueueFull()) {
            sender.send(waiting.poll());
        }
    }
}
